#include <fmt/format.h>

#include <map>

#include "engine/json.h"
#include "reid/report/inputs_json.h"
#include "reid/report/ranked_json.h"
#include "reid/report/ranking_json.h"
#include "reid/table/definition.h"
#include "reid/table/published.h"
#include "reid/table/table.h"

namespace triptych {
namespace {

using report::finite;
using report::Json;

Json cmc_json(const Scores& scores) {
  Json cmc;
  for (std::size_t i = 0; i < scores.cmc.size(); ++i)
    cmc[fmt::format("{}", RankingResult::shown_ranks[i])] = finite(scores.cmc[i], "cmc");
  return cmc;
}

Json published_json(const Published& published) {
  Json cmc;
  for (const auto& [rank, share] : published.cmc) cmc[fmt::format("{}", rank)] = share;
  return {{"cmc", cmc}, {"source", published.source}};
}

// `ranks`: the ranks of the correct images of every query, draw after draw; `reverse_ranks`: those of the
// reverse direction, as report::to_json(RankingResult) writes them for each draw.
Json split_json(const Outcome& outcome, const Scores& forward) {
  Json json = {{"split", outcome.split}, {"key", outcome.key}, {"reused", outcome.reused}};
  if (!outcome.networks.empty()) json["networks"] = outcome.networks;
  json["cmc"] = cmc_json(forward);
  if (!outcome.chosen.empty()) json["chosen"] = outcome.chosen;
  json["ranks"] = report::ranks_of(outcome.ranked);
  for (const Evaluation& draw : outcome.draws)
    if (draw.reverse) json["reverse_ranks"].push_back(report::to_json(*draw.reverse));
  return json;
}

Json line_json(const std::string& group, const std::string& layout, const TableLine& line) {
  const ScoresOverSplits scores = over_splits(line.forward());
  const Outcome& first = line.splits.front();
  Json json = {{"method", line.method.name},
               {"slug", line.method.slug},
               {"of", line.method.what},
               {"group", group},
               {"cmc", cmc_json(scores.mean)}};
  if (line.splits.size() > 1) json["deviation"] = cmc_json(scores.deviation);
  json["map"] = scores.mean.map, json["minp"] = scores.mean.minp;
  if (const std::vector<Scores> reverse = line.reverse(); !reverse.empty())
    json["reverse"] = {{"cmc", cmc_json(over_splits(reverse).mean)}};
  if (const Published* published = published_for(layout, line.method.slug))
    json["published"] = published_json(*published);
  json["row"] = origin(line);
  json["definition"] = parse_json<Json>(definition(line.method), "a definition");
  json["transductive"] = first.transductive;
  json["dimensions"] = first.dimensions;
  json["choosing_seconds"] = line.median(&Outcome::choosing_seconds);
  json["fit_seconds"] = line.median(&Outcome::fit_seconds);
  json["query_microseconds"] = line.median(&Outcome::query_microseconds);
  if (line.median(&Outcome::training_seconds) > 0)
    json["training_seconds"] = line.median(&Outcome::training_seconds);
  json["splits"] = Json::array();
  const std::vector<Scores> forward = line.forward();
  for (std::size_t i = 0; i < forward.size(); ++i)
    json["splits"].push_back(split_json(line.splits[i], forward[i]));
  if (!line.method.note.empty()) json["note"] = line.method.note;
  return json;
}

// The test identities of each split, stored once: all rows use the same queries and galleries.
Json tests_json(const ResultTable& table) {
  const auto sources_of = [&](int split) {
    Json json = Json::object();
    for (const ResultTable::Test& test : table.tests) {
      if (test.split != split) continue;
      json = {{"train", test.train},
              {"test", test.test},
              {"test_people", test.names},
              {"both_directions", test.both_directions}};
      for (const Protocol& draw : test.draws)
        json["draws"].push_back({{"query", draw.query}, {"gallery", draw.gallery}});
    }
    return json;
  };
  std::map<int, Json> by_split;
  for (const auto& [title, lines] : table.groups)
    for (const TableLine& line : lines)
      for (const Outcome& outcome : line.splits)
        by_split.try_emplace(outcome.split, report::test_json(outcome.ranked));
  Json tests = Json::array();
  for (auto& [split, test] : by_split) {
    test.update(sources_of(split));
    tests.push_back(std::move(test));
  }
  return tests;
}

}  // namespace

std::string table_json(const ResultTable& table, const Provenance& from) {
  Json json = {{"layout", table.layout}, {"rows", Json::array()}};
  for (const auto& [title, lines] : table.groups)
    for (const TableLine& line : lines) json["rows"].push_back(line_json(title, table.layout, line));
  json["tests"] = tests_json(table);
  json["inputs"] = report::to_json(table.inputs);
  json["networks"] = Json::object();
  for (const auto& [key, inputs] : table.networks) json["networks"][key] = report::to_json(inputs);
  json["protocol"] = table.protocol;
  json["seconds"] = from.seconds;
  json["command"] = from.command, json["commit"] = from.commit, json["build_flags"] = from.build_flags;
  json["device"] = from.device, json["instruction_set"] = from.instruction_set;
  json["threads"] = from.threads;
  json["data"] = from.data, json["data_hash"] = from.data_hash;
  return report::dump_compactly(json);
}

}  // namespace triptych
