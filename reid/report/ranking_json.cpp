#include "reid/report/ranking_json.h"

#include <algorithm>

#include "engine/json.h"

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
    text += json_dump(json);
    return;
  }
  const std::string margin(indent + 2, ' ');
  const char* separator = "\n";
  text += json.is_array() ? "[" : "{";
  for (const auto& [name, value] : json.items()) {
    text += separator + margin;
    if (json.is_object()) text += json_dump(Json(name)) + ": ";
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

void require_bounded_curves(const Json& json, const std::string& origin) {
  Index numbers = 0;
  const auto add = [&](const auto& self, const Json& value) -> void {
    if (value.is_object() && value.contains("ranks") && value.contains("gallery"))
      numbers += json_index(value, "gallery", origin, 0, most_curve_numbers);
    require(numbers <= most_curve_numbers,
            "{} declares galleries of more than {} images in all, which are allowed", origin,
            most_curve_numbers);
    for (const Json& entry : value)
      if (entry.is_structured()) self(self, entry);
  };
  add(add, json);
}

RankingResult ranking_from_json(const Json& json) {
  constexpr Index most = most_curve_numbers;
  const Index gallery = json_index(json, "gallery", "a ranking", 0, most);
  std::vector<std::vector<std::int32_t>> ranks;
  for (const Json& of_query : json_list(json_field(json, "ranks", "a ranking"), "a ranking")) {
    std::vector<std::int32_t>& right = ranks.emplace_back();
    const auto add = [&](const Json& rank) {
      right.push_back(static_cast<std::int32_t>(json_whole(rank, "a rank", 1, gallery)));
    };
    if (of_query.is_array())
      for (const Json& rank : of_query) add(rank);
    else if (of_query != 0)
      add(of_query);
  }
  return result_of_ranks(std::move(ranks), gallery, json_index(json, "gallery_people", "a ranking", 0, most));
}

Json to_json(const Evaluation& evaluation) {
  Json json = {{"forward", to_json(evaluation.result)}};
  if (evaluation.reverse) json["reverse"] = to_json(*evaluation.reverse);
  return json;
}

Evaluation evaluation_from_json(const Json& json) {
  Evaluation evaluation{ranking_from_json(json_field(json, "forward", "an evaluation")), std::nullopt};
  if (json.contains("reverse")) evaluation.reverse = ranking_from_json(json.at("reverse"));
  return evaluation;
}

std::string dump_compactly(const Json& json) {
  std::string text;
  append(text, json, 0);
  return text + "\n";
}

}  // namespace triptych::report
