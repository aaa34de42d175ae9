#pragma once
#include <string>
#include <vector>

#include "apps/options.h"
#include "datasets/splits.h"
#include "reid/report/results.h"

namespace triptych {

// A data set with its images.
struct Experiment {
  Dataset dataset;
  ImageSource images;  // at the network's image size
  std::string hash;    // of the pixels, people and cameras
};
// Opens and decodes; prints the summary on `say`.
Experiment open_experiment(const DataChoice& choice, const NetworkOptions& network, int threads,
                           std::FILE* say = stdout);

struct NumberedSplit {
  int number = 1;
  Split identities;
};
// The splits that --split asks for, of --splits, of the data set itself, or drawn from --data-seed.
std::vector<NumberedSplit> chosen_splits(const DataChoice& choice, const Dataset& dataset);

// How the given people are tested: one protocol, or the ten draws of `pair`.
struct TestPlan {
  std::string name;  // "camera", "pair", "fixed"
  std::vector<Protocol> draws;
  bool both_directions = true;
};
TestPlan test_plan(const DataChoice& choice, const Dataset& dataset, const std::vector<Index>& identities);

// One evaluation for each draw.
std::vector<Evaluation> evaluate(const Model& model, const Experiment& experiment, const TestPlan& plan);
std::vector<Evaluation> evaluate_raw_pixels(const Device& device, const NetworkOptions& network,
                                            const Experiment& experiment, const TestPlan& plan);

// A result of these evaluations, for results.json.
SplitResult split_result(const NumberedSplit& split, const Dataset& dataset, const TestPlan& plan,
                         const std::vector<Evaluation>& draws);

// Where results come from, as far as all commands know it alike.
Provenance provenance(const Device& device, const DataChoice& choice, const Experiment& experiment,
                      const std::string& protocol, const Options& options, int threads);

}  // namespace triptych
