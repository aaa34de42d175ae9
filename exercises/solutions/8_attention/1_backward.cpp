// 8.1, solved. engine/ops/selection.cpp has the masked softmax, engine/ops/linear.cpp both products.
#include <algorithm>
#include <cmath>

#include "exercises/exercises.h"

namespace triptych {

Reading read_values(std::span<const double> s, std::span<const std::uint8_t> mask, std::span<const double> v,
                    std::span<const double> dy) {
  const std::size_t n = s.size(), d = dy.size();
  Reading reading{std::vector<double>(d), std::vector<double>(n), std::vector<double>(n * d)};
  double largest = -INFINITY;
  for (std::size_t j = 0; j < n; ++j)
    if (mask[j]) largest = std::max(largest, s[j]);
  std::vector<double> p(n);
  double total = 0;
  for (std::size_t j = 0; j < n; ++j)
    if (mask[j]) total += p[j] = std::exp(s[j] - largest);
  if (total == 0) return reading;

  double mean_dp = 0;  // sum over j of p_j dp_j
  std::vector<double> dp(n);
  for (std::size_t j = 0; j < n; ++j) {
    if (!mask[j]) continue;
    p[j] /= total;
    for (std::size_t k = 0; k < d; ++k) {
      reading.y[k] += p[j] * v[j * d + k];
      reading.dv[j * d + k] = p[j] * dy[k];
      dp[j] += dy[k] * v[j * d + k];
    }
    mean_dp += p[j] * dp[j];
  }
  for (std::size_t j = 0; j < n; ++j) reading.ds[j] = p[j] * (dp[j] - mean_dp);
  return reading;
}

}  // namespace triptych
