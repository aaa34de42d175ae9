#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "reid/metrics/metric.h"

namespace triptych {

// Hyper-parameters are chosen on training identities by cross-validation: each fold is searched with the
// metric learned from the others, and the candidate with the best mean rank 1 is taken.
struct Validation {
  int folds = 5;
  std::uint64_t seed = 1;           // of the folds; nothing else is random
  std::int32_t gallery_camera = 0;  // images of this camera are searched, all others are queries
};

struct Choice {
  std::size_t candidate = 0;  // the first of those with the best mean: list the simpler ones first
  std::vector<double> rank1;  // mean over the folds, in %, of each candidate
};

// Runs make_metric(name, device, candidate), fit and distances on every fold.
Choice choose_on_training(const Device& device, const TrainingView& training, const std::string& name,
                          std::span<const MetricOptions> candidates, const Validation& validation);

// For what is not one metric. `distances(candidate, learn, queries, gallery)` -> [queries, gallery] has
// labels in `learn` only.
using HeldOutDistances =
    std::function<std::vector<Real>(std::size_t candidate, const TrainingView& learn,
                                    const FeatureView& queries, const FeatureView& gallery)>;
Choice choose_on_training(const TrainingView& training, std::size_t candidates,
                          const HeldOutDistances& distances, const Validation& validation);

// Which of the training images learn, are searched for and are searched among, for each fold. Identities are
// shuffled by the seed and assigned in turn, so that folds differ by one identity at most. Fewer than two
// identities a fold is an Error.
struct Fold {
  std::vector<Index> learn, queries, gallery;
};
std::vector<Fold> deal_folds(const TrainingView& training, const Validation& validation);

}  // namespace triptych
