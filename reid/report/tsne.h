#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "datasets/parallel.h"
#include "engine/device.h"

namespace triptych {

struct TsneOptions {
  double perplexity = 30;  // about how many neighbours a point has; fewer where there are few points
  int iterations = 500;
  std::uint64_t seed = 1;  // of the places that the points start from
};
// A point has at most a third of the others for neighbours.
double most_perplexity(Index n);

// t-SNE (van der Maaten and Hinton 2008): squared distances [n, n] -> places [n, 2] in which near neighbours
// stay near.
//   p_j|i = exp(-d_ij / 2 s_i^2) / sum over k of the same,
//   s_i such that the entropy of p_.|i is log(perplexity)
//   p_ij = (p_j|i + p_i|j) / 2n,   q_ij = w_ij / sum of all w,   w_ij = 1 / (1 + |y_i - y_j|^2)
// descends KL(P || Q), whose gradient is dy_i = 4 sum over j of (p_ij - q_ij) w_ij (y_i - y_j), with
// momentum. The distances and the products with Y run on the device. The same seed gives the same places.
// `progress` counts iterations.
std::vector<double> tsne(const Device& device, std::span<const Real> distances, Index n,
                         const TsneOptions& options, const OnProgress& progress = {});

}  // namespace triptych
