// 3.3 The way back through a batch norm
//
// One channel, n numbers: xhat_i = (x_i - mean) / sqrt(variance + epsilon), y_i = gamma xhat_i + beta with
// the biased variance (divided by n). mean and variance depend on every x, so x_i reaches the loss in three
// ways: by itself, through the mean, and through the variance. Added up:
//
//   dbeta = sum dy,   dgamma = sum dy xhat
//   dx_i = gamma / sqrt(variance + epsilon) (dy_i - mean(dy) - xhat_i mean(dy xhat))
//
// Below mean and variance are taken for constants: right in inference, wrong in training. What does a network
// do whose gradient is like this? (It learns to make everything larger, and the norm takes it back.)
#include <cmath>

#include "exercises/exercises.h"

namespace triptych {

NormGradients norm_backward(std::span<const double> x, std::span<const double> dy, double gamma,
                            double epsilon) {
  const double n = static_cast<double>(x.size());
  double mean = 0, variance = 0;
  for (const double v : x) mean += v / n;
  for (const double v : x) variance += (v - mean) * (v - mean) / n;

  NormGradients gradients;
  for (const double d : dy) gradients.dx.push_back(gamma / std::sqrt(variance + epsilon) * d);
  return gradients;
}

}  // namespace triptych
