#include "reid/report/ranked_json.h"

#include <algorithm>
#include <cctype>
#include <limits>

#include "engine/json.h"

namespace triptych::report {
namespace {

// The end of a list that holds numbers and such lists alone, or `open` where there is something else.
std::size_t end_of_numbers(const std::string& json, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < json.size(); ++i) {
    const char c = json[i];
    depth += (c == '[') - (c == ']');
    if (depth == 0) return i + 1;
    if (!std::isdigit(static_cast<unsigned char>(c)) && !std::isspace(static_cast<unsigned char>(c)) &&
        std::string_view("[],.-+e").find(c) == std::string_view::npos)
      break;
  }
  return open;
}

// `json` from `at`, a string with its quotes: one past its end.
std::size_t end_of_string(const std::string& json, std::size_t at) {
  for (std::size_t i = at + 1; i < json.size(); ++i) {
    if (json[i] == '\\')
      ++i;
    else if (json[i] == '"')
      return i + 1;
  }
  return json.size();
}

}  // namespace

Json test_json(const RankedSplit& split) {
  Json json = {{"split", split.split},
               {"training_people", split.training_identities},
               {"gallery", split.gallery},
               {"gallery_people", split.gallery_identities},
               {"queries", Json::array()}};
  for (const QueryRanks& query : split.queries)
    json["queries"].push_back({{"image", query.image}, {"identity", query.identity}});
  return json;
}

Json ranks_of(const RankedSplit& split) {
  Json ranks = Json::array();
  for (const QueryRanks& query : split.queries) ranks.push_back(query.ranks);
  return ranks;
}

Json to_json(const RankedSplit& split) {
  Json json = test_json(split);
  for (std::size_t q = 0; q < split.queries.size(); ++q) json["queries"][q]["ranks"] = split.queries[q].ranks;
  return json;
}

RankedSplit ranked_from_json(const Json& test, const Json& ranks) {
  constexpr Index most = std::numeric_limits<std::int32_t>::max();
  const std::string where = "the ranks of queries";
  RankedSplit split;
  split.split = static_cast<int>(json_index(test, "split", where, 0, most));
  split.training_identities = json_index(test, "training_people", where, 0, most);
  split.gallery = json_index(test, "gallery", where, 0, most);
  split.gallery_identities = json_index(test, "gallery_people", where, 0, most);
  const Json& queries = json_list(json_field(test, "queries", where), where);
  require(queries.size() == json_list(ranks, where).size(), "split {} has {} queries and the ranks of {}",
          split.split, queries.size(), ranks.size());
  for (std::size_t q = 0; q < ranks.size(); ++q) {
    QueryRanks query{json_text(queries[q], "image", where), json_text(queries[q], "identity", where), {}};
    for (const Json& rank : json_list(ranks[q], where))
      query.ranks.push_back(static_cast<std::int32_t>(json_whole(rank, where, 0, most)));
    split.queries.push_back(std::move(query));
  }
  return split;
}

RankedSplit ranked_from_json(const Json& json) {
  const std::string where = "the ranks of queries";
  Json ranks = Json::array();
  for (const Json& query : json_list(json_field(json, "queries", where), where))
    ranks.push_back(json_field(query, "ranks", where));
  return ranked_from_json(json, ranks);
}

std::string with_short_lists(const std::string& json) {
  std::string text;
  for (std::size_t i = 0; i < json.size();) {
    const std::size_t end = json[i] == '"'   ? end_of_string(json, i)
                            : json[i] == '[' ? std::max(end_of_numbers(json, i), i + 1)
                                             : i + 1;
    const bool list = json[i] == '[';
    for (; i < end; ++i)
      if (!list || !std::isspace(static_cast<unsigned char>(json[i]))) {
        text += json[i];
        if (list && json[i] == ',') text += ' ';
      }
  }
  return text;
}

}  // namespace triptych::report
