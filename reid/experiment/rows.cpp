#include "reid/experiment/rows.h"

#include "engine/file.h"
#include "engine/json.h"
#include "reid/report/inputs_json.h"
#include "reid/report/ranking_json.h"

namespace triptych {

using Json = nlohmann::ordered_json;

std::string to_json(const Row& row) {
  const Outcome& outcome = row.outcome;
  Json json = {{"key", row.key},
               {"inputs", report::to_json(row.inputs)},
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
  for (const Evaluation& draw : outcome.draws) json["draws"].push_back(report::to_json(draw));
  return report::dump_compactly(json);
}

std::optional<Row> row_from_json(const std::string& text) {
  try {
    const auto json = parse_json<Json>(text, "a row");
    report::require_bounded_curves(json, "a row");
    Row row;
    row.key = json.at("key"), row.inputs = report::inputs_from_json(json.at("inputs"));
    if (key_of(row.inputs) != row.key) return std::nullopt;
    Outcome& outcome = row.outcome;
    outcome.slug = json.at("method"), outcome.split = json.at("split");
    outcome.chosen = json.at("chosen"), outcome.transductive = json.at("transductive");
    outcome.dimensions = json.at("dimensions");
    outcome.choosing_seconds = json.at("choosing_seconds"), outcome.fit_seconds = json.at("fit_seconds");
    outcome.query_microseconds = json.at("query_microseconds");
    outcome.training_seconds = json.at("training_seconds");
    for (const Json& draw : json.at("draws")) outcome.draws.push_back(report::evaluation_from_json(draw));
    return row;
  } catch (const std::exception&) {  // cut off, or of another version
    return std::nullopt;
  }
}

std::optional<Row> Rows::find(const std::string& slug, const Inputs& inputs) const {
  const std::string key = key_of(inputs);
  const std::filesystem::path file = path(slug, key);
  if (!std::filesystem::exists(file)) return std::nullopt;
  std::optional<Row> row = row_from_json(read_file(file));
  return row && row->key == key ? row : std::nullopt;
}

void Rows::keep(const Row& row) const {
  write_file(path(row.outcome.slug, row.key), to_json(row));
}

}  // namespace triptych
