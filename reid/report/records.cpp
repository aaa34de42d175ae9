#include "reid/report/records.h"

#include <algorithm>
#include <limits>

#include "engine/json.h"
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

std::optional<Json> lenient_object(const std::string& text) {
  try {
    Json json = parse_json<Json>(text, "the text");
    if (json.is_object()) return json;
  } catch (const Error&) {
  }
  return std::nullopt;
}

EmRecord em_from_json(const Json& json, const std::string& origin) {
  EmRecord record;
  record.round = json_index(json, "round", origin, 0), record.epoch = json_index(json, "epoch", origin, 0);
  record.changed = json_number(json, "changed", origin), record.kept = json_number(json, "kept", origin);
  if (json.contains("rank1")) record.rank1 = json_number(json, "rank1", origin);
  if (json.contains("pairs")) record.pairs = json_index(json, "pairs", origin, 0);
  if (json.contains("right")) record.right = json_number(json, "right", origin);
  return record;
}

ValidationRecord validation_from_json(const Json& json, const std::string& origin) {
  return {json_index(json, "epoch", origin, 0), json_number(json, "rank1", origin),
          json_number(json, "rank5", origin), json_number(json, "map", origin)};
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

constexpr Index most_int32 = std::numeric_limits<std::int32_t>::max();

void fill(Bins& counts, const Json& json) {
  std::size_t at = 0;
  for (const Json& count : json_list(json, "counts")) {
    if (at == counts.size()) return;
    counts[at++] = static_cast<std::int32_t>(json_whole(count, "counts", 0, most_int32));
  }
}

// The record of a line, or nothing for a line that is no such record.
template <class Read>
auto from_line(const std::string& line, const Read& read) -> std::optional<decltype(read(Json()))> {
  try {
    return read(parse_json<Json>(line, "the line"));
  } catch (const Error&) {
    return std::nullopt;
  }
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
  return json_dump(json);
}

std::string epoch_line(const EpochRecord& record, Index step) {
  Json layers = Json::object();
  for (const auto& [name, norm] : record.layers) layers[name] = finite(norm, name.c_str());
  const Json distances = {{"width", DistanceHistogram::width},
                          {"same", without_last_zeros(record.distances.same)},
                          {"different", without_last_zeros(record.distances.different)}};
  return json_dump(
      Json({{"epoch", record.epoch}, {"step", step}, {"distances", distances}, {"gradients", layers}}));
}

std::string event_line(const EmRecord& record, Index step) {
  return json_dump(Json({{"event", "em"}, {"step", step}, {"record", report::to_json(record)}}));
}
std::string event_line(const ValidationRecord& record, Index step) {
  return json_dump(Json({{"event", "validation"}, {"step", step}, {"record", report::to_json(record)}}));
}
std::string event_line(const std::string& warning, Index step) {
  return json_dump(Json({{"event", "warning"}, {"step", step}, {"message", warning}}));
}

std::optional<LoggedStep> read_log_line(const std::string& line) {
  return from_line(line, [](const Json& json) {
    return LoggedStep{json_index(json, "step", "log", 0), json_number(json, "seconds", "log")};
  });
}

std::optional<LoggedEpoch> read_epoch_line(const std::string& line) {
  return from_line(line, [](const Json& json) {
    LoggedEpoch epoch{json_index(json, "step", "epochs", 0), {}};
    epoch.record.epoch = json_index(json, "epoch", "epochs", 0);
    const Json& distances = json_field(json, "distances", "epochs");
    fill(epoch.record.distances.same, json_field(distances, "same", "epochs"));
    fill(epoch.record.distances.different, json_field(distances, "different", "epochs"));
    for (const auto& [name, norm] : json_field(json, "gradients", "epochs").items())
      epoch.record.layers.emplace_back(name, json_number(norm, "epochs"));
    return epoch;
  });
}

std::optional<LoggedEvent> read_event_line(const std::string& line) {
  return from_line(line, [](const Json& json) {
    LoggedEvent event{json_index(json, "step", "events", 0), std::nullopt, std::nullopt};
    const std::string& kind = json_text(json, "event", "events");
    if (kind == "em") event.em = report::em_from_json(json_field(json, "record", "events"), "events");
    if (kind == "validation")
      event.validation = report::validation_from_json(json_field(json, "record", "events"), "events");
    return event;
  });
}

}  // namespace triptych
