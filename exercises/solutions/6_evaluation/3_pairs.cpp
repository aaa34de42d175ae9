// 6.3, solved. reid/metrics/pairs.cpp: the same for all pairs of a group, less those of one person and of one
// camera.
#include "exercises/exercises.h"

namespace triptych {

Matrix2 pairs_across(const Summed& a, const Summed& b) {
  Matrix2 sum{};
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j)
      sum[2 * i + j] = static_cast<double>(b.n) * a.gram[2 * i + j] +
                       static_cast<double>(a.n) * b.gram[2 * i + j] - a.s[i] * b.s[j] - b.s[i] * a.s[j];
  return sum;
}

}  // namespace triptych
