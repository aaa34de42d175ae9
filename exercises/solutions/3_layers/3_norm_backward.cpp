// 3.3, solved.
#include <cmath>

#include "exercises/exercises.h"

namespace triptych {

NormGradients norm_backward(std::span<const double> x, std::span<const double> dy, double gamma,
                            double epsilon) {
  const double n = static_cast<double>(x.size());
  double mean = 0, variance = 0;
  for (const double v : x) mean += v / n;
  for (const double v : x) variance += (v - mean) * (v - mean) / n;
  const double inverse = 1 / std::sqrt(variance + epsilon);

  NormGradients gradients;
  for (std::size_t i = 0; i < x.size(); ++i) {
    gradients.dbeta += dy[i];
    gradients.dgamma += dy[i] * (x[i] - mean) * inverse;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double xhat = (x[i] - mean) * inverse;
    gradients.dx.push_back(gamma * inverse * (dy[i] - gradients.dbeta / n - xhat * gradients.dgamma / n));
  }
  return gradients;
}

}  // namespace triptych
