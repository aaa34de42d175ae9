#include "reid/report/page/training_section.h"

#include <cstdint>
#include <fstream>
#include <functional>
#include <map>

#include "engine/json.h"
#include "reid/report/json.h"
#include "reid/report/records.h"

namespace triptych {

using report::Json;

namespace {

void each_line(const std::filesystem::path& file, const std::function<void(const std::string&)>& take) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) take(line);
}

double five_digits(double value) {
  return std::strtod(fmt::format("{:.5g}", value).c_str(), nullptr);
}

// A list as long as the number of epochs is made, so a damaged number must not decide its length.
constexpr std::uint64_t most_epochs = 1'000'000;

// Mean of every number of the log over each epoch: name -> a value an epoch (null where the name did not
// occur).
Json epoch_means(const std::filesystem::path& log) {
  struct Sum {
    double sum = 0;
    int count = 0;
  };
  std::map<std::string, std::map<std::uint64_t, Sum>> sums;
  std::vector<std::string> order;
  std::uint64_t epochs = 0;
  each_line(log, [&](const std::string& line) {
    const auto json = report::lenient_object(line);
    if (!json || !json->contains("epoch") || !json->at("epoch").is_number_unsigned()) return;
    const auto epoch = json->at("epoch").get<std::uint64_t>();
    if (epoch >= most_epochs) return;
    epochs = std::max(epochs, epoch + 1);
    for (const auto& [name, value] : json->items()) {
      if (name == "epoch" || name == "step" || !value.is_number()) continue;
      if (!sums.contains(name)) order.push_back(name);
      Sum& sum = sums[name][epoch];
      sum.sum += value.get<double>(), ++sum.count;
    }
  });
  Json means = Json::object();
  for (const std::string& name : order) {
    Json values = Json::array();
    for (std::uint64_t epoch = 0; epoch < epochs; ++epoch) {
      const auto found = sums[name].find(epoch);
      values.push_back(found == sums[name].end()
                           ? Json(nullptr)
                           : Json(five_digits(found->second.sum / found->second.count)));
    }
    means[name] = values;
  }
  return means;
}

Json epoch_records(const std::filesystem::path& epochs) {
  Json records = Json::array();
  each_line(epochs, [&](const std::string& line) {
    const auto logged = read_epoch_line(line);
    if (!logged) return;
    const DistanceHistogram& distances = logged->record.distances;
    const EqualError equal = equal_error(distances);
    Json layers = Json::object();
    for (const auto& [name, norm] : logged->record.layers) layers[name] = five_digits(norm);
    records.push_back({{"epoch", logged->record.epoch},
                       {"same", distances.same},
                       {"different", distances.different},
                       {"threshold", five_digits(equal.threshold)},
                       {"error", five_digits(100 * equal.error)},
                       {"layers", layers}});
  });
  return records;
}

}  // namespace

Section training_section(const std::filesystem::path& log, const std::filesystem::path& epochs,
                         const std::filesystem::path& events) {
  const Json means = epoch_means(log);
  if (means.empty())
    return absent("training", "Nothing was trained in this folder: it has no log of training steps.");
  Json em = Json::array(), validation = Json::array(), warnings = Json::array();
  each_line(events, [&](const std::string& line) {
    const Json json = report::lenient_object(line).value_or(Json::object());
    const Json event = json.value("event", Json()), record = json.value("record", Json());
    if (event == "em" && record.is_object()) em.push_back(record);
    if (event == "validation" && record.is_object()) validation.push_back(record);
    if (event == "warning" && json.contains("message")) warnings.push_back(json.at("message"));
  });
  const Json data = {
      {"means", means}, {"records", epoch_records(epochs)}, {"width", DistanceHistogram::width},
      {"em", em},       {"validation", validation},         {"warnings", warnings}};
  return {"training", json_dump(data)};
}

}  // namespace triptych
