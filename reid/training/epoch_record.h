#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernels/real.h"

namespace triptych {

// Histograms of the squared distances of pairs, which are in 0..4 for vectors of length 1; bin b counts those
// in [b width, (b + 1) width).
struct DistanceHistogram {
  static constexpr std::size_t bins = 80;
  static constexpr double width = 4.0 / bins;
  std::array<std::int32_t, bins> same{}, different{};  // pairs of equal and of different identities

  // Adds every unordered pair of a batch: distances [n, n], identities [n].
  void add(std::span<const Real> distances, std::span<const std::int32_t> identities);
};

// The threshold at equal error, and that error: the share of different pairs below it equals the share of
// same pairs above it.
struct EqualError {
  double threshold = 0, error = 0;
};
EqualError equal_error(const DistanceHistogram& histogram);

// Statistics of an epoch.
struct EpochRecord {
  Index epoch = 0;              // from 0
  DistanceHistogram distances;  // of all its batches
  std::vector<std::pair<std::string, double>>
      layers;  // norm of each layer's gradient in its last step, unclipped
};

// The gradient norm of each layer. A layer consists of the parameters with the same name up to the last dot:
// "tier1.block1.convolution.weight" and "....bias" belong to "tier1.block1.convolution". names and parts as
// in GradientNorms (engine/optimizer.h).
std::vector<std::pair<std::string, double>> layer_gradient_norms(std::span<const std::string> names,
                                                                 std::span<const Real> parts);

}  // namespace triptych
