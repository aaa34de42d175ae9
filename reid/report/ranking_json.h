#pragma once
#include <nlohmann/json_fwd.hpp>

#include "reid/evaluation/protocol.h"

// Every rank of an evaluation as JSON. Included by .cpp files alone.
namespace triptych::report {

// {"gallery": images, "gallery_people": identities, "ranks": [1, [2, 7], 0]}: for each query the rank of its
// right match, the ranks of all of them, or 0 when there is none. Everything else follows from these.
nlohmann::ordered_json to_json(const RankingResult& result);
RankingResult ranking_from_json(const nlohmann::ordered_json& json);

// {"forward": ..., "reverse": ...}
nlohmann::ordered_json to_json(const Evaluation& evaluation);
Evaluation evaluation_from_json(const nlohmann::ordered_json& json);

// Indented by two spaces, but arrays of numbers and strings, and objects of up to three of them, take one
// line: a list of ranks is not a line a number.
std::string dump_compactly(const nlohmann::ordered_json& json);

}  // namespace triptych::report
