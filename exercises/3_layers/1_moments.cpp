// 3.1 Mean and variance in one pass
//
// A batch norm needs the mean and the variance of a channel, over numbers that arrive one by one, from
// several threads. E[x^2] - E[x]^2 needs one pass only, and is a trap: for x = 1e9 + {4, 7, 13, 16} both
// terms are about 1e18, where doubles are 128 apart, and their difference of 22.5 drowns. Welford (1962)
// keeps the mean and M2 = sum of (x - mean)^2 up to date:
//
//   include x:    n' = n + 1,  delta = x - mean,  mean' = mean + delta / n',  M2' = M2 + delta (x - mean')
//
// Two threads that took a part each put them together (Chan et al. 1979); derive it, or check it:
//
//   merge a, b:   n = n_a + n_b,  delta = mean_b - mean_a,  mean = mean_a + delta n_b / n,
//                 M2 = M2_a + M2_b + delta^2 n_a n_b / n
//
// What is below is the trap. Either part may be empty.
#include "exercises/exercises.h"

namespace triptych {

void include(Moments& moments, double x) {
  const double n = static_cast<double>(moments.n);
  double sum = moments.mean * n, squares = moments.m2 + moments.mean * sum;
  sum += x, squares += x * x;
  moments.n += 1;
  moments.mean = sum / (n + 1);
  moments.m2 = squares - moments.mean * sum;
}

Moments merge(const Moments& a, const Moments& b) {
  const double n = static_cast<double>(a.n + b.n);
  return {a.n + b.n, (a.mean * a.n + b.mean * b.n) / n, a.m2 + b.m2};
}

}  // namespace triptych
