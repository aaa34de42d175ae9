// 1.3 Max-pooling, there and back
//
// x is [height, width], one channel. y keeps the largest number of every 2 x 2 window:
//   y[i, j] = max of x[2i, 2j], x[2i, 2j + 1], x[2i + 1, 2j], x[2i + 1, 2j + 1]
// A last row or column that fills no window is dropped. Three rules of the contract (kernels/kernels.h):
//   - winner[i, j] says where the maximum was, 0 to 3 in the order above; on a tie the first;
//   - NaN propagates: a window with a NaN gives NaN, and the first NaN is the winner;
//   - backward ADDS: dx[the winner's place] += dy[i, j], and touches nothing else.
#include "exercises/exercises.h"

namespace triptych {

Pooled max_pool_2x2(Index height, Index width, std::span<const double> x) {
  const Index out = (height / 2) * (width / 2);
  Pooled pooled{std::vector<double>(out, 0.0), std::vector<int>(out, 0)};
  // your code
  return pooled;
}

void max_pool_2x2_backward(Index height, Index width, const std::vector<int>& winner,
                           std::span<const double> dy, std::span<double> dx) {
  // your code
}

}  // namespace triptych
