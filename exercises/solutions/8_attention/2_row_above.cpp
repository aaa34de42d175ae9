// 8.2, solved. A step of one row rotates each pair by w_i: p_{r-1} = M^T p_r, where M^T rotates backwards:
// sin(a - w) = sin a cos w - cos a sin w, cos(a - w) = cos a cos w + sin a sin w.
#include <cmath>

#include "exercises/exercises.h"

namespace triptych {

std::vector<double> row_above(Index width) {
  const std::size_t n = static_cast<std::size_t>(width);
  std::vector<double> m(n * n);
  for (std::size_t k = 0; k < n; k += 2) {
    const double w = std::pow(10000.0, -static_cast<double>(k) / static_cast<double>(n));
    m[k * n + k] = std::cos(w);
    m[(k + 1) * n + k + 1] = std::cos(w);
    m[k * n + k + 1] = std::sin(w);
    m[(k + 1) * n + k] = -std::sin(w);
  }
  return m;
}

}  // namespace triptych
