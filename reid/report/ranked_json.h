#pragma once
#include "reid/evaluation/comparison.h"
#include "reid/report/json.h"

// The ranks of single queries as JSON, as results.json, the rows of a table and table1.json hold them.
namespace triptych::report {

// {"split", "training_people", "gallery", "gallery_people", "queries": [{"image", "identity"}, ...]}: who was
// tested, the same for all methods.
Json test_json(const RankedSplit& split);
// [[1], [2, 7], [], ...]: of each query the ranks of its right images.
Json ranks_of(const RankedSplit& split);
// Both in one: test_json with "ranks" in each query.
Json to_json(const RankedSplit& split);
RankedSplit ranked_from_json(const Json& json);
// A test of test_json with the ranks of ranks_of. As many ranks as queries, else an Error.
RankedSplit ranked_from_json(const Json& test, const Json& ranks);

// Lists of numbers of an indented dump in one line each: [[1], [2, 7]].
std::string with_short_lists(const std::string& json);

}  // namespace triptych::report
