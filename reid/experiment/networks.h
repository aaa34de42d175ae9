#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "reid/experiment/job.h"

namespace triptych {

// How a network of a table is trained.
struct Recipe {
  std::string name;
  Options options;    // options.training.start is not used
  DataChoice source;  // of a network that others start from: what it is trained on; no `data`: none
  std::string start;  // name of the recipe whose network training starts from; empty: random weights
};

// The networks of a table, each trained when first needed and stored in folder/RECIPE/KEY, so that a network
// is reused only for the same images, people, options, start and machine; those of other keys stay beside
// it. One embedding of all images is held at a time.
class Networks {
 public:
  struct Settings {
    DataChoice data;  // of the table
    std::filesystem::path folder;
    // The recipe of a name; an unknown one is an Error.
    std::function<Recipe(const std::string& name)> recipe;
    std::string viper;  // folder of the images that the recipe `viper` is trained on; empty: not available
    Program program;
  };
  Networks(Settings settings, const Device& device, const ExperimentData& data, const Watcher& watcher);

  // What the network on a split depends on, without training it.
  NetworkInputs inputs(const std::string& recipe, const NumberedSplit& split);
  std::string key(const std::string& recipe, const NumberedSplit& split);

  // Trains what the recipe's network starts from, if anything.
  void prepare(const std::string& recipe);

  struct Embedded {
    std::vector<Real> rows;  // [samples of the data set, size]
    Index size = 0;
    std::vector<Index> held_out;  // training people that the network did not learn from
    double seconds = 0;           // of training
  };
  const Embedded& embed(const std::string& recipe, const NumberedSplit& split);

  struct Tested {
    std::vector<Evaluation> draws;
    Index dimensions = 0;
    double seconds = 0;  // of training
  };
  // The network by itself on a plan, compared as its options say; `true_masks`: with the true masks of the
  // plan's occluders.
  Tested test(const std::string& recipe, const NumberedSplit& split, const TestPlan& plan, bool true_masks);

 private:
  struct Source {  // what a start network is trained on
    DataChoice choice;
    Dataset dataset;
    NumberedSplit split;
    DataDigests digests;
  };
  const Recipe& recipe(const std::string& name);
  const Source& source(const std::string& recipe);
  std::string start_key(const std::string& start);
  std::filesystem::path place(const std::string& recipe, const std::string& key) const;
  // The folder with the trained network.
  std::filesystem::path train(const std::string& recipe, const NumberedSplit& split);
  std::filesystem::path train_start(const std::string& recipe);
  void run(const Job& job, const DataChoice& choice, const std::filesystem::path& out);
  // The trained network, checked, and how long its training took.
  Model load(const std::string& recipe, const NumberedSplit& split, double& seconds);
  const ExperimentData& data_at(const NetworkOptions& network);

  Settings settings_;
  Device device_;
  const ExperimentData& data_;
  const Watcher& watcher_;
  std::map<std::string, Recipe> recipes_;
  std::map<std::string, Source> sources_;
  std::map<std::pair<Index, Index>, ExperimentData> sizes_;  // by height and width
  std::string embedded_key_;
  Embedded embedded_;
};

}  // namespace triptych
