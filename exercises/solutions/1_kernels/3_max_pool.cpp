// 1.3, solved. kernels/reference/pooling.cpp has batches, channels and windows of any size.
#include <cmath>

#include "exercises/exercises.h"

namespace triptych {

Pooled max_pool_2x2(Index height, Index width, std::span<const double> x) {
  Pooled pooled;
  for (Index i = 0; i < height / 2; ++i)
    for (Index j = 0; j < width / 2; ++j) {
      double best = x[2 * i * width + 2 * j];
      int winner = 0;
      for (int k = 1; k < 4; ++k) {
        const double value = x[(2 * i + k / 2) * width + 2 * j + k % 2];
        // `value > best` is false for a NaN on either side: the first NaN must win, and then stay.
        if (value > best || (std::isnan(value) && !std::isnan(best))) best = value, winner = k;
      }
      pooled.y.push_back(best), pooled.winner.push_back(winner);
    }
  return pooled;
}

void max_pool_2x2_backward(Index height, Index width, const std::vector<int>& winner,
                           std::span<const double> dy, std::span<double> dx) {
  for (Index i = 0; i < height / 2; ++i)
    for (Index j = 0; j < width / 2; ++j) {
      const Index at = i * (width / 2) + j;
      dx[(2 * i + winner[at] / 2) * width + 2 * j + winner[at] % 2] += dy[at];
    }
}

}  // namespace triptych
