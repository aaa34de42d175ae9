// 7.3 Is it better?
//
// J random splits of one set of identities, two methods: ours[k] and theirs[k] are the rank 1 of both on
// split k.
//
// (a) Splits differ by several points from each other, some are hard and some are easy, but they are so for
// both methods. So take the differences d_k = ours_k - theirs_k first. The splits overlap: two random halves
// share half of their test identities, so the d_k are correlated, and s^2 / J is far too small a variance for
// their mean. Nadeau and Bengio (2003) correct it with the ratio of test to training identities:
//
//   gain = mean of d, standard error = sqrt((1/J + test_to_train) s^2), s^2 = sum (d_k - gain)^2 / (J - 1)
//
// test_to_train = 0 is the naive error s / sqrt(J). The version below compares the two means as if the splits
// had nothing to do with each other, and finds nothing but noise.
//
// (b) Two methods that are equal: each finds an identity at rank 1 with probability 0.6, independently of the
// other, and the same identity with the same success in every split. Simulate `pairs` such pairs: draw who
// finds whom among 100 identities, then `splits` random halves; the rank 1 of a split is the share, in %, of
// its 50 identities that the method finds. Return the share of pairs whose |gain| is above two standard
// errors. Before you run it: what do you expect for the naive error with 10 splits? And with 40?
//
// random.chance(p), random.split(key) and random.shuffle(std::span(list)) are in engine/random.h.
#include <cmath>

#include "engine/random.h"
#include "exercises/exercises.h"

namespace triptych {

Gain paired(std::span<const double> ours, std::span<const double> theirs, double test_to_train) {
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

double false_alarms(int pairs, int splits, double test_to_train, Random random) {
  return 0;  // your code
}

}  // namespace triptych
