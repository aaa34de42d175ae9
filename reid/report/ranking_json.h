#pragma once
#include <nlohmann/json_fwd.hpp>

#include "reid/evaluation/protocol.h"

// Every rank of an evaluation as JSON. Included by .cpp files alone.
namespace triptych::report {

// {"gallery": images, "gallery_people": identities, "ranks": [1, [2, 7], 0]}: for each query the rank of its
// right match, the ranks of all of them, or 0 when there is none. Everything else follows from these.
nlohmann::ordered_json to_json(const RankingResult& result);
RankingResult ranking_from_json(const nlohmann::ordered_json& json);

// A ranking's CMC curve has a number for each image of its gallery, and a few bytes of a file declare a
// gallery of any size: an Error when the rankings anywhere in `json` have more numbers than this in all.
inline constexpr Index most_curve_numbers = 32'000'000;
void require_bounded_curves(const nlohmann::ordered_json& json, const std::string& origin);

// {"forward": ..., "reverse": ...}
nlohmann::ordered_json to_json(const Evaluation& evaluation);
Evaluation evaluation_from_json(const nlohmann::ordered_json& json);

// Indented by two spaces, but arrays of numbers and strings, and objects of up to three of them, take one
// line: a list of ranks is not a line a number.
std::string dump_compactly(const nlohmann::ordered_json& json);

}  // namespace triptych::report
