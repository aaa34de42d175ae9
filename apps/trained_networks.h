#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/experiment.h"

namespace triptych {

// The networks of a table: trained when first asked for, one for each recipe and split, kept in a folder of their own, so
// that a table that was stopped goes on where it was. One embedding of all pictures is held at a time.
class TrainedNetworks {
 public:
  struct Settings {
    DataChoice data;  // the split is set here, network by network
    DeviceChoice device;
    std::filesystem::path recipes;  // folder of RECIPE.toml
    std::filesystem::path folder;   // networks go to folder/RECIPE/split_N
  };
  TrainedNetworks(Settings settings, Device& device, const Dataset& dataset);

  struct Embedded {
    std::vector<Real> rows;  // [samples of the data set, size]
    Index size = 0;
    std::vector<Index> held_out;  // training people that the network did not learn from
    double seconds = 0;           // of training
  };
  // An unknown recipe is an Error that names the file it looked for. A recipe that starts from another network starts from
  // the one of synthetic.toml, which is trained first, once, into folder/synthetic.
  const Embedded& embed(const std::string& recipe, const NumberedSplit& split);

 private:
  std::filesystem::path train(const std::string& recipe, int split);  // the folder with the trained network
  bool starts_from_another(const std::filesystem::path& config) const;
  void run(const std::filesystem::path& config, const std::filesystem::path& out,
           std::vector<std::string> arguments) const;
  const PictureSet& pictures(const NetworkOptions& network);

  Settings settings_;
  Device& device_;
  const Dataset& dataset_;
  std::map<std::pair<Index, Index>, PictureSet> pictures_;  // by height and width
  std::string key_;                                         // of embedded_: recipe and split
  Embedded embedded_;
};

}  // namespace triptych
