// 8.1 One row reads the others, and the way back
//
// A query has the scores s_j (its products with the keys, scaled) and reads the values v_j in proportion to
// their softmax over the steps that the mask allows:
//
//   p_j = exp(s_j) / sum over allowed k of exp(s_k),    y = sum over j of p_j v_j
//
// s, mask [n], v [n, d] row by row, y and dy = dLoss/dy [d]. Return y, ds [n] and dv [n, d]. Which s_j does
// p_i depend on? And what do all ds_j add up to, since adding 1 to every score changes nothing?
//
// Four things break in practice: a score of 1000; scores of -1000 alone; a step that the mask forbids and
// whose score is infinite or NaN (padding is often not initialised); and a query that may read nothing, which
// gets y = 0 and sends no gradient anywhere. What is below has the forward pass, with all four of them.
#include <cmath>

#include "exercises/exercises.h"

namespace triptych {

Reading read_values(std::span<const double> s, std::span<const std::uint8_t> mask, std::span<const double> v,
                    std::span<const double> dy) {
  const std::size_t n = s.size(), d = dy.size();
  Reading reading{std::vector<double>(d), std::vector<double>(n), std::vector<double>(n * d)};
  double total = 0;
  for (std::size_t j = 0; j < n; ++j) total += mask[j] * std::exp(s[j]);
  for (std::size_t j = 0; j < n; ++j)
    for (std::size_t k = 0; k < d; ++k) reading.y[k] += mask[j] * std::exp(s[j]) / total * v[j * d + k];
  return reading;
}

}  // namespace triptych
