// 3.1, solved.
#include "exercises/exercises.h"

namespace triptych {

void include(Moments& moments, double x) {
  moments.n += 1;
  const double delta = x - moments.mean;
  moments.mean += delta / moments.n;
  moments.m2 += delta * (x - moments.mean);
}

Moments merge(const Moments& a, const Moments& b) {
  if (a.n + b.n == 0) return {};
  const double n = static_cast<double>(a.n + b.n), delta = b.mean - a.mean;
  return {a.n + b.n, a.mean + delta * b.n / n, a.m2 + b.m2 + delta * delta * a.n * b.n / n};
}

}  // namespace triptych
