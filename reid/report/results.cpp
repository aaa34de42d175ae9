#include "reid/report/results.h"

#include <fmt/format.h>

#include <limits>

#include "engine/file.h"
#include "engine/json.h"
#include "reid/report/inputs_json.h"
#include "reid/report/ranked_json.h"
#include "reid/report/ranking_json.h"

namespace triptych {
namespace {

using report::finite;
using report::Json;

Json to_json(const Scores& scores) {
  Json cmc;
  for (std::size_t i = 0; i < scores.cmc.size(); ++i)
    cmc[fmt::format("{}", RankingResult::shown_ranks[i])] = finite(scores.cmc[i], "cmc");
  Json json = {{"cmc", cmc},
               {"map", finite(scores.map, "map")},
               {"map_trapezoid", finite(scores.map_trapezoid, "map_trapezoid")},
               {"minp", finite(scores.minp, "minp")}};
  if (!scores.curve.empty()) json["curve"] = scores.curve;
  return json;
}

Scores scores_from(const Json& json, const std::string& where) {
  Scores scores;
  const Json& cmc = json_field(json, "cmc", where);
  for (std::size_t i = 0; i < scores.cmc.size(); ++i)
    scores.cmc[i] = json_number(cmc, fmt::format("{}", RankingResult::shown_ranks[i]).c_str(), where);
  scores.map = json_number(json, "map", where), scores.minp = json_number(json, "minp", where);
  if (json.contains("curve"))
    for (const Json& share : json_list(json.at("curve"), where))
      scores.curve.push_back(json_number(share, where));
  if (json.contains("map_trapezoid")) scores.map_trapezoid = json_number(json, "map_trapezoid", where);
  return scores;
}

Json to_json(const Directions& directions) {
  Json json = to_json(directions.forward);
  if (directions.reverse) json["reverse"] = to_json(*directions.reverse);
  return json;
}

Directions directions_from(const Json& json, const std::string& where) {
  Directions directions{scores_from(json, where), std::nullopt};
  if (json.contains("reverse")) directions.reverse = scores_from(json.at("reverse"), where);
  return directions;
}

template <class Record>
Json list_of(const std::vector<Record>& records) {
  Json list = Json::array();
  for (const Record& record : records) list.push_back(report::to_json(record));
  return list;
}

Json draws_json(const std::vector<Evaluation>& draws) {
  Json list = Json::array();
  for (const Evaluation& draw : draws) list.push_back(report::to_json(draw));
  return list;
}

std::vector<Evaluation> draws_from(const Json& json, const char* name) {
  std::vector<Evaluation> draws;
  if (json.contains(name))
    for (const Json& draw : json_list(json.at(name), name))
      draws.push_back(report::evaluation_from_json(draw));
  return draws;
}

Json to_json(const SplitResult& result) {
  Json json = {{"split", result.split}, {"key", result.key}};
  json.update(to_json(result.scores));
  json["queries"] = result.queries;
  json["gallery"] = result.gallery;
  json["gallery_people"] = result.gallery, json["gallery_images"] = result.gallery_images;
  if (result.untrained) json["untrained"] = to_json(*result.untrained);
  if (result.pixels) json["pixels"] = to_json(*result.pixels);
  json["ranks"] = result.ranks;
  json["ranked"] = report::to_json(result.ranked);
  json["draws"] = draws_json(result.draws);
  if (result.untrained) json["untrained_draws"] = draws_json(result.untrained_draws);
  if (result.pixels) json["pixel_draws"] = draws_json(result.pixel_draws);
  json["inputs"] = report::to_json(result.inputs);
  json["em"] = list_of(result.em);
  json["validation"] = list_of(result.validation);
  json["seconds"] = finite(result.seconds, "seconds");
  return json;
}

SplitResult split_from(const Json& json, const std::string& where) {
  constexpr Index most = std::numeric_limits<std::int32_t>::max();
  SplitResult result;
  result.split = static_cast<int>(json_index(json, "split", where, 0, most));
  result.queries = json_index(json, "queries", where, 0);
  result.gallery = json_index(json, "gallery", where, 0);
  if (json.contains("gallery_images")) result.gallery_images = json_index(json, "gallery_images", where, 0);
  result.scores = directions_from(json, where);
  if (json.contains("untrained")) result.untrained = directions_from(json.at("untrained"), where);
  if (json.contains("pixels")) result.pixels = directions_from(json.at("pixels"), where);
  for (const Json& rank : json_list(json_field(json, "ranks", where), where))
    result.ranks.push_back(static_cast<std::int32_t>(json_whole(rank, where, 0, most)));
  if (json.contains("ranked")) result.ranked = report::ranked_from_json(json.at("ranked"));
  if (json.contains("key")) result.key = json_text(json, "key", where);
  if (json.contains("inputs")) result.inputs = report::inputs_from_json(json.at("inputs"));
  result.draws = draws_from(json, "draws");
  result.untrained_draws = draws_from(json, "untrained_draws");
  result.pixel_draws = draws_from(json, "pixel_draws");
  for (const Json& record : json_list(json_field(json, "em", where), where))
    result.em.push_back(report::em_from_json(record, where));
  for (const Json& record : json_list(json_field(json, "validation", where), where))
    result.validation.push_back(report::validation_from_json(record, where));
  result.seconds = json_number(json, "seconds", where);
  return result;
}

// The records of all splits in one list, each with the split that it belongs to.
template <class Record>
Json all_records(const std::vector<SplitResult>& splits, std::vector<Record> SplitResult::*records) {
  Json list = Json::array();
  for (const SplitResult& split : splits)
    for (const Record& record : split.*records) {
      Json json = {{"split", split.split}};
      json.update(report::to_json(record));
      list.push_back(json);
    }
  return list;
}

}  // namespace

std::string test_sentence(const SplitResult& result) {
  return fmt::format("{} queries; gallery: {} images of {} people", result.queries, result.gallery_images,
                     result.gallery);
}

std::string results_json(const Provenance& provenance, const std::vector<SplitResult>& splits) {
  require(!splits.empty(), "there is no split to report on");
  std::vector<Scores> forward;
  for (const SplitResult& split : splits) forward.push_back(split.scores.forward);
  const ScoresOverSplits summary = over_splits(forward);

  Json json = to_json(summary.mean);
  if (splits.size() > 1) json["deviation"] = to_json(summary.deviation);
  json["gallery"] = json["gallery_people"] = splits.front().gallery;
  json["gallery_images"] = splits.front().gallery_images;
  json["queries"] = splits.front().queries;
  json["splits"] = Json::array();
  for (const SplitResult& split : splits) json["splits"].push_back(to_json(split));
  json["em"] = all_records(splits, &SplitResult::em);
  json["validation"] = all_records(splits, &SplitResult::validation);
  json["seconds"] = finite(provenance.seconds, "seconds");
  json["command"] = provenance.command;
  json["commit"] = provenance.commit;
  json["build_flags"] = provenance.build_flags;
  json["device"] = provenance.device;
  json["instruction_set"] = provenance.instruction_set;
  json["threads"] = provenance.threads;
  json["data"] = provenance.data;
  json["data_hash"] = provenance.data_hash;
  json["protocol"] = provenance.protocol;
  json["seed"] = provenance.seed;
  json["options"] = parse_json<Json>(provenance.options, "options");
  return report::dump_compactly(json);
}

std::vector<SplitResult> read_results(const std::filesystem::path& file) {
  return parse_results(read_file(file), shown(file));
}

std::vector<SplitResult> parse_results(const std::string& text, const std::string& origin) {
  const std::string where =
      origin + " does not hold the results of a run; delete it to evaluate that run again";
  std::vector<SplitResult> splits;
  const Json json = parse_json<Json>(text, origin);
  report::require_bounded_curves(json, origin);
  for (const Json& split : json_list(json_field(json, "splits", where), where))
    splits.push_back(split_from(split, where));
  require(!splits.empty(), "{}: it has no splits", where);
  return splits;
}

}  // namespace triptych
