#include "reid/report/records.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reid/report/json.h"

namespace triptych {
namespace report {

Json to_json(const EmRecord& record) {
  Json json = {{"round", record.round},
               {"epoch", record.epoch},
               {"changed", finite(record.changed, "changed")},
               {"kept", finite(record.kept, "kept")}};
  if (record.rank1) json["rank1"] = finite(*record.rank1, "rank1");
  if (record.pairs) json["pairs"] = *record.pairs;
  if (record.right) json["right"] = finite(*record.right, "right");
  return json;
}

Json to_json(const ValidationRecord& record) {
  return {{"epoch", record.epoch},
          {"rank1", finite(record.rank1, "rank1")},
          {"rank5", finite(record.rank5, "rank5")},
          {"map", finite(record.map, "map")}};
}

EmRecord em_from_json(const Json& json) {
  EmRecord record;
  record.round = json.at("round"), record.epoch = json.at("epoch");
  record.changed = json.at("changed"), record.kept = json.at("kept");
  if (json.contains("rank1")) record.rank1 = json.at("rank1").get<double>();
  if (json.contains("pairs")) record.pairs = json.at("pairs").get<Index>();
  if (json.contains("right")) record.right = json.at("right").get<double>();
  return record;
}

ValidationRecord validation_from_json(const Json& json) {
  return {json.at("epoch"), json.at("rank1"), json.at("rank5"), json.at("map")};
}

}  // namespace report

using report::finite;
using report::Json;

namespace {

using Bins = std::array<std::int32_t, DistanceHistogram::bins>;

Json without_last_zeros(const Bins& counts) {
  std::size_t end = counts.size();
  while (end > 0 && counts[end - 1] == 0) --end;
  return std::vector<std::int32_t>(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(end));
}

void fill(Bins& counts, const Json& json) {
  const auto values = json.get<std::vector<std::int32_t>>();
  std::copy_n(values.begin(), std::min(values.size(), counts.size()), counts.begin());
}

}  // namespace

std::string log_line(const StepRecord& record) {
  Json json = {{"epoch", record.epoch}, {"step", record.step}, {"loss", finite(record.loss, "loss")}};
  for (const auto& [name, value] : record.parts) json[name] = finite(value, name.c_str());
  json["d_positive"] = finite(record.mean_positive, "d_positive");
  json["d_negative"] = finite(record.mean_negative, "d_negative");
  json["active"] = finite(record.active, "active");
  json["embedding_norm"] = finite(record.embedding_norm, "embedding_norm");
  json["gradient_norm"] = finite(record.gradient_norm, "gradient_norm");
  json["rate"] = finite(record.rate, "rate");
  json["seconds"] = finite(record.seconds, "seconds");
  return json.dump();
}

std::string epoch_line(const EpochRecord& record, Index step) {
  Json layers = Json::object();
  for (const auto& [name, norm] : record.layers) layers[name] = finite(norm, name.c_str());
  const Json distances = {{"width", DistanceHistogram::width},
                          {"same", without_last_zeros(record.distances.same)},
                          {"different", without_last_zeros(record.distances.different)}};
  return Json({{"epoch", record.epoch}, {"step", step}, {"distances", distances}, {"gradients", layers}})
      .dump();
}

std::string event_line(const EmRecord& record, Index step) {
  return Json({{"event", "em"}, {"step", step}, {"record", report::to_json(record)}}).dump();
}
std::string event_line(const ValidationRecord& record, Index step) {
  return Json({{"event", "validation"}, {"step", step}, {"record", report::to_json(record)}}).dump();
}
std::string event_line(const std::string& warning, Index step) {
  return Json({{"event", "warning"}, {"step", step}, {"message", warning}}).dump();
}

std::optional<LoggedStep> read_log_line(const std::string& line) {
  try {
    const Json json = Json::parse(line);
    return LoggedStep{json.at("step"), json.at("seconds")};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::optional<LoggedEpoch> read_epoch_line(const std::string& line) {
  try {
    const Json json = Json::parse(line);
    LoggedEpoch epoch{json.at("step"), {}};
    epoch.record.epoch = json.at("epoch");
    fill(epoch.record.distances.same, json.at("distances").at("same"));
    fill(epoch.record.distances.different, json.at("distances").at("different"));
    for (const auto& [name, norm] : json.at("gradients").items())
      epoch.record.layers.emplace_back(name, norm.get<double>());
    return epoch;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::optional<LoggedEvent> read_event_line(const std::string& line) {
  try {
    const Json json = Json::parse(line);
    LoggedEvent event{json.at("step"), std::nullopt, std::nullopt};
    if (json.at("event") == "em") event.em = report::em_from_json(json.at("record"));
    if (json.at("event") == "validation") event.validation = report::validation_from_json(json.at("record"));
    return event;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace triptych
