#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "apps/options.h"

namespace CLI {
class App;
}

namespace triptych {

// What `triptych train` is asked for.
struct TrainRequest {
  Options options;
  DataChoice data;
  DeviceChoice device;
  std::string out, config, json;
  bool resume = false, anomalies = false;
};

// The options of `train`. Their values land in `request`, which must outlive the app.
void add_train_options(CLI::App& app, TrainRequest& request);

// Reads the config files that the request names, trains every split it asks for, evaluates and writes
// everything into the
// --out folder, which it returns. `app` holds the options, as parsed.
std::filesystem::path train(CLI::App& app, TrainRequest& request);

// The same as `triptych train ARGUMENTS`.
std::filesystem::path train(std::vector<std::string> arguments);
// What a config file asks for; what it does not name keeps its default.
TrainRequest train_request_of(const std::filesystem::path& config);

}  // namespace triptych
