#include <limits>

#include "engine/json.h"
#include "reid/report/ranked_json.h"
#include "reid/table/outcome.h"

namespace triptych {
namespace {

using report::finite;
using report::Json;

// The ranks of the queries' first right matches tell the CMC; mAP and mINP cannot be told from them where a
// person has several images in the gallery, and are kept.
Json to_json(const RankingResult& result) {
  return {{"gallery", result.gallery},
          {"gallery_people", result.gallery_identities},
          {"map", finite(result.map, "map")},
          {"minp", finite(result.minp, "minp")},
          {"ranks", result.first_rank}};
}

RankingResult ranking_from(const Json& json, const std::string& where) {
  constexpr Index most_images = 100'000'000;
  RankingResult result;
  result.gallery = json_index(json, "gallery", where, 0, most_images);
  result.gallery_identities = json_index(json, "gallery_people", where, 0, result.gallery);
  result.map = json_number(json, "map", where), result.minp = json_number(json, "minp", where);
  for (const Json& rank : json_list(json_field(json, "ranks", where), where))
    result.first_rank.push_back(static_cast<std::int32_t>(json_whole(rank, where, 0, result.gallery)));
  result.cmc.assign(static_cast<std::size_t>(result.gallery), 0);
  for (const std::int32_t rank : result.first_rank)
    if (rank > 0) ++result.queries, ++result.cmc[static_cast<std::size_t>(rank - 1)];
  double sum = 0;
  for (double& share : result.cmc)
    share = 100 * (sum += share) / static_cast<double>(std::max<Index>(result.queries, 1));
  return result;
}

}  // namespace

std::string to_json(const Outcome& outcome, const std::string& key) {
  Json json = {{"key", key},
               {"method", outcome.slug},
               {"split", outcome.split},
               {"chosen", outcome.chosen},
               {"transductive", outcome.transductive},
               {"dimensions", outcome.dimensions},
               {"choosing_seconds", outcome.choosing_seconds},
               {"fit_seconds", outcome.fit_seconds},
               {"query_microseconds", outcome.query_microseconds},
               {"training_seconds", outcome.training_seconds},
               {"draws", Json::array()}};
  json["ranked"] = report::to_json(outcome.ranked);
  for (const Evaluation& draw : outcome.draws) {
    Json both = {{"forward", to_json(draw.result)}};
    if (draw.reverse) both["reverse"] = to_json(*draw.reverse);
    json["draws"].push_back(both);
  }
  return json.dump() + "\n";
}

std::optional<Outcome> outcome_from_json(const std::string& text, const std::string& key) {
  const std::string where = "outcome";
  try {
    const Json json = parse_json<Json>(text, where);
    if (json_text(json, "key", where) != key) return std::nullopt;
    Outcome outcome;
    outcome.slug = json_text(json, "method", where);
    outcome.split =
        static_cast<int>(json_index(json, "split", where, 0, std::numeric_limits<std::int32_t>::max()));
    outcome.chosen = json_text(json, "chosen", where);
    outcome.transductive = json_bool(json_field(json, "transductive", where), where);
    outcome.dimensions = json_index(json, "dimensions", where, 0);
    outcome.choosing_seconds = json_number(json, "choosing_seconds", where);
    outcome.fit_seconds = json_number(json, "fit_seconds", where);
    outcome.query_microseconds = json_number(json, "query_microseconds", where);
    outcome.training_seconds = json_number(json, "training_seconds", where);
    outcome.ranked = report::ranked_from_json(json_field(json, "ranked", where));
    for (const Json& draw : json_list(json_field(json, "draws", where), where)) {
      Evaluation evaluation{ranking_from(json_field(draw, "forward", where), where), std::nullopt};
      if (draw.contains("reverse")) evaluation.reverse = ranking_from(draw.at("reverse"), where);
      outcome.draws.push_back(std::move(evaluation));
    }
    return outcome;
  } catch (const Error&) {  // cut off or of another version: it is measured again
    return std::nullopt;
  }
}

}  // namespace triptych
