#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/experiment.h"

namespace triptych {

// The networks of a table: trained when first asked for, one for each recipe and split, kept in a folder of
// their own, so that a table that was stopped goes on where it was. One embedding of all images is held at a
// time.
class TrainedNetworks {
 public:
  struct Settings {
    DataChoice data;  // the split is set here, network by network
    DeviceChoice device;
    std::filesystem::path recipes;  // folder of RECIPE.toml
    std::filesystem::path folder;   // networks go to folder/RECIPE/split_N
    std::string viper;  // folder of the images that recipe viper.toml learns from; empty: not at hand
  };
  TrainedNetworks(Settings settings, const Device& device, const Dataset& dataset);

  struct Embedded {
    std::vector<Real> rows;  // [samples of the data set, size]
    Index size = 0;
    std::vector<Index> held_out;  // training people that the network did not learn from
    double seconds = 0;           // of training
  };
  // An unknown recipe is an Error that names the file it looked for. A recipe with
  // `start = "runs/NAME/model.safetensors"` starts from the network of NAME.toml, which is trained first,
  // once for all splits, into folder/NAME.
  const Embedded& embed(const std::string& recipe, const NumberedSplit& split);

 private:
  std::filesystem::path train(const std::string& recipe, int split);  // the folder with the trained network
  // `--start` and the model to start from, trained if need be; nothing for a recipe that starts from random
  // weights.
  std::vector<std::string> start_of(const std::string& recipe);
  void run(const std::string& recipe, const std::filesystem::path& out,
           std::vector<std::string> arguments) const;
  std::filesystem::path config_of(const std::string& recipe) const;
  const ImageSource& images(const NetworkOptions& network);

  Settings settings_;
  Device device_;
  const Dataset& dataset_;
  std::map<std::pair<Index, Index>, ImageSource> images_;  // by height and width
  std::string key_;                                        // of embedded_: recipe and split
  Embedded embedded_;
};

}  // namespace triptych
