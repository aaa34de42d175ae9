#include <nlohmann/json.hpp>

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

RankingResult ranking_from(const Json& json) {
  RankingResult result;
  result.gallery = json.at("gallery"), result.gallery_identities = json.at("gallery_people");
  result.map = json.at("map"), result.minp = json.at("minp");
  result.first_rank = json.at("ranks").get<std::vector<std::int32_t>>();
  result.cmc.assign(static_cast<std::size_t>(result.gallery), 0);
  for (const std::int32_t rank : result.first_rank)
    if (rank > 0) ++result.queries, ++result.cmc.at(static_cast<std::size_t>(rank - 1));
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
  try {
    const Json json = Json::parse(text);
    if (json.at("key") != key) return std::nullopt;
    Outcome outcome;
    outcome.slug = json.at("method"), outcome.split = json.at("split");
    outcome.chosen = json.at("chosen"), outcome.transductive = json.at("transductive");
    outcome.dimensions = json.at("dimensions");
    outcome.choosing_seconds = json.at("choosing_seconds"), outcome.fit_seconds = json.at("fit_seconds");
    outcome.query_microseconds = json.at("query_microseconds");
    outcome.training_seconds = json.at("training_seconds");
    outcome.ranked = report::ranked_from_json(json.at("ranked"));
    for (const Json& draw : json.at("draws")) {
      Evaluation evaluation{ranking_from(draw.at("forward")), std::nullopt};
      if (draw.contains("reverse")) evaluation.reverse = ranking_from(draw.at("reverse"));
      outcome.draws.push_back(std::move(evaluation));
    }
    return outcome;
  } catch (const std::exception&) {  // cut off or of another version: it is measured again
    return std::nullopt;
  }
}

}  // namespace triptych
