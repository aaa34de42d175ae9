#include "reid/report/ranking_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace triptych::report {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const std::vector<std::int32_t>& ranks) {
  if (ranks.empty()) return 0;
  if (ranks.size() == 1) return ranks.front();
  return ranks;
}

bool is_flat(const Json& json) {
  return std::ranges::all_of(
      json, [](const Json& entry) { return entry.is_primitive() || (entry.is_array() && is_flat(entry)); });
}

// A record of a few values.
bool is_short(const Json& json) {
  return json.is_object() && json.size() <= 3 &&
         std::ranges::all_of(json, [](const Json& entry) { return entry.is_primitive(); });
}

void append(std::string& text, const Json& json, std::size_t indent) {
  if (json.is_primitive() || json.empty() || is_short(json) || (json.is_array() && is_flat(json))) {
    text += json.dump();
    return;
  }
  const std::string margin(indent + 2, ' ');
  const char* separator = "\n";
  text += json.is_array() ? "[" : "{";
  for (const auto& [name, value] : json.items()) {
    text += separator + margin;
    if (json.is_object()) text += Json(name).dump() + ": ";
    append(text, value, indent + 2);
    separator = ",\n";
  }
  text += "\n" + std::string(indent, ' ') + (json.is_array() ? "]" : "}");
}

}  // namespace

Json to_json(const RankingResult& result) {
  Json ranks = Json::array();
  for (const std::vector<std::int32_t>& of_query : result.right_ranks) ranks.push_back(to_json(of_query));
  return {{"gallery", result.gallery},
          {"gallery_people", result.gallery_identities},
          {"ranks", std::move(ranks)}};
}

RankingResult ranking_from_json(const Json& json) {
  std::vector<std::vector<std::int32_t>> ranks;
  for (const Json& of_query : json.at("ranks")) {
    if (of_query.is_array())
      ranks.push_back(of_query.get<std::vector<std::int32_t>>());
    else if (const auto rank = of_query.get<std::int32_t>(); rank > 0)
      ranks.push_back({rank});
    else
      ranks.emplace_back();
  }
  return result_of_ranks(std::move(ranks), json.at("gallery"), json.at("gallery_people"));
}

Json to_json(const Evaluation& evaluation) {
  Json json = {{"forward", to_json(evaluation.result)}};
  if (evaluation.reverse) json["reverse"] = to_json(*evaluation.reverse);
  return json;
}

Evaluation evaluation_from_json(const Json& json) {
  Evaluation evaluation{ranking_from_json(json.at("forward")), std::nullopt};
  if (json.contains("reverse")) evaluation.reverse = ranking_from_json(json.at("reverse"));
  return evaluation;
}

std::string dump_compactly(const Json& json) {
  std::string text;
  append(text, json, 0);
  return text + "\n";
}

}  // namespace triptych::report
