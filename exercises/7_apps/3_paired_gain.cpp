// 7.3 Is it better?
//
// Ten splits, two methods: ours[k] and theirs[k] are the rank 1 of both on split k. Splits differ by several
// points from each other, some are hard and some are easy, but they are so for both methods. So take the
// differences d_k = ours_k - theirs_k first:
//
//   gain = mean of d,     standard error = s / sqrt(n),     s^2 = sum (d_k - mean)^2 / (n - 1)
//
// A gain below two standard errors may be luck. The version below compares the two means as if the splits had
// nothing to do with each other, and finds nothing but noise.
#include <cmath>

#include "exercises/exercises.h"

namespace triptych {

Gain paired(std::span<const double> ours, std::span<const double> theirs) {
  const double n = static_cast<double>(ours.size());
  const auto mean = [&](std::span<const double> x) {
    double sum = 0;
    for (const double v : x) sum += v;
    return sum / n;
  };
  const auto variance = [&](std::span<const double> x) {
    double sum = 0;
    for (const double v : x) sum += (v - mean(x)) * (v - mean(x));
    return sum / (n - 1);
  };
  return {mean(ours) - mean(theirs), std::sqrt((variance(ours) + variance(theirs)) / n)};
}

}  // namespace triptych
