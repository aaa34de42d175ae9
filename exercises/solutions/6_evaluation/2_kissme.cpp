// 6.2, solved. reid/metrics/covariance_metrics.cpp: the same in any number of dimensions.
#include "exercises/exercises.h"

namespace triptych {

static Matrix2 covariance(std::span<const Vector2> differences) {
  Matrix2 sum{};
  for (const Vector2& v : differences)
    for (int i = 0; i < 2; ++i)
      for (int j = 0; j < 2; ++j) sum[2 * i + j] += v[i] * v[j] / static_cast<double>(differences.size());
  return sum;
}

static Matrix2 inverse(const Matrix2& m) {
  const double determinant = m[0] * m[3] - m[1] * m[2];
  return {m[3] / determinant, -m[1] / determinant, -m[2] / determinant, m[0] / determinant};
}

Matrix2 kissme(std::span<const Vector2> same, std::span<const Vector2> different) {
  const Matrix2 s = inverse(covariance(same)), d = inverse(covariance(different));
  return {s[0] - d[0], s[1] - d[1], s[2] - d[2], s[3] - d[3]};
}

}  // namespace triptych
