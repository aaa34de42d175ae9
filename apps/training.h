#pragma once
#include <filesystem>
#include <string>

#include "apps/options.h"
#include "reid/experiment/networks.h"

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
  bool resume = false, anomalies = false, baselines = false;
};

// The options of `train`. Their values land in `request`, which must outlive the app.
void add_train_options(CLI::App& app, TrainRequest& request);

// --config, and with --resume the options that the run began with, for every option that was not given.
void read_files(CLI::App& app, const TrainRequest& request);

// Trains every split that the request names and prints what came of it; returns the folder with everything. A
// folder whose run is complete is left as it is.
std::filesystem::path train(const TrainRequest& request);

// A config file of `train` as the recipe of a table's network: FOLDER/NAME.toml. A start of
// "runs/OTHER/model.safetensors" is the network of OTHER.toml.
Recipe read_recipe(const std::filesystem::path& folder, const std::string& name);

}  // namespace triptych
