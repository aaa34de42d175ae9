// 8.2 Read the row above
//
// Attention compares contents; in which order the rows stand it knows from the positions alone, which are
// added to them:
//
//   p_r[2i] = sin(r w_i),   p_r[2i + 1] = cos(r w_i),   w_i = 10000^(-2i / width)           (width is even)
//
// A recurrence hands its state from the row above to the next. Can one head do the same? Queries are
// q_r = M^T p_r and keys k_s = p_s, so the score of row r with row s is p_r^T M p_s. Return the matrix M
// [width, width], row by row, with which row r scores row s exactly as row r - 1 would without it:
//
//   p_r^T M p_s = p_{r-1}^T p_s            for all r and s, so that row r reads row r - 1 most
//
// One M for all rows: it must not depend on r. What does a step of one row do to the pair (sin, cos)?
// Below every row reads itself.
#include <cmath>

#include "exercises/exercises.h"

namespace triptych {

std::vector<double> row_above(Index width) {
  const std::size_t n = static_cast<std::size_t>(width);
  std::vector<double> m(n * n);
  for (std::size_t k = 0; k < n; ++k) m[k * n + k] = 1;
  return m;
}

}  // namespace triptych
