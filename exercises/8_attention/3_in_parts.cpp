// 8.3 Attention without the scores
//
// The scores of n rows with n rows are n^2 numbers, too many for a long sequence. They are needed only for
// y = sum over j of softmax(s)_j v_j, which can be computed from keys that come one at a time, or in parts by
// different threads, as moments could (3.1), when a part consists of three things (Milakov and Gimelshein
// 2018, Dao et al. 2022):
//
//   largest = max s_j,    sum = sum of exp(s_j - largest),    y = sum of exp(s_j - largest) v_j
//
// A new largest score changes what the older terms are relative to. Write `read_step`, one more step, and
// `combine`, of two parts; y of the whole is y / sum at the end. Either part may be empty: its largest is
// -infinity, its y has no elements, and -infinity - -infinity is NaN.
//
// What is below overflows when a score is 1000, and is 0 / 0 when all are -1000.
#include <cmath>

#include "exercises/exercises.h"

namespace triptych {

void read_step(Part& part, double score, std::span<const double> value) {
  part.y.resize(value.size());
  part.largest = 0;
  part.sum += std::exp(score);
  for (std::size_t k = 0; k < value.size(); ++k) part.y[k] += std::exp(score) * value[k];
}

Part combine(const Part& a, const Part& b) {
  Part whole = a;
  whole.sum += b.sum;
  for (std::size_t k = 0; k < b.y.size(); ++k) whole.y[k] += b.y[k];
  return whole;
}

}  // namespace triptych
