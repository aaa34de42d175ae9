#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/parameter.h"

namespace triptych {

// How the distances of pairs are spread. Squared distances of vectors of length 1 lie in 0..4; bin b counts
// those in [b width, (b + 1) width).
struct DistanceHistogram {
  static constexpr std::size_t bins = 80;
  static constexpr double width = 4.0 / bins;
  std::array<std::int32_t, bins> same{}, different{};  // pairs of one person, pairs of two people

  // Every unordered pair of a batch: distances [n, n], people [n].
  void add(std::span<const Real> distances, std::span<const std::int32_t> identities);
};

// The threshold at which as large a share of the different pairs lies below as of the same pairs above, and
// that share: who calls two images one person when their distance is under it errs equally often both ways.
struct EqualError {
  double threshold = 0, error = 0;
};
EqualError equal_error(const DistanceHistogram& histogram);

// What is kept of an epoch beside its steps.
struct EpochRecord {
  Index epoch = 0;              // from 0
  DistanceHistogram distances;  // of all its batches
  std::vector<std::pair<std::string, double>>
      layers;  // norm of each layer's gradient in its last step, unclipped
};

// The norm of the gradient of each layer, a layer being the parameters whose names agree up to the last dot:
// "tier1.block1.convolution.weight" and "....bias" are "tier1.block1.convolution". Parameters without
// gradient are passed over.
std::vector<std::pair<std::string, double>> layer_gradient_norms(const ParameterList& parameters);

}  // namespace triptych
