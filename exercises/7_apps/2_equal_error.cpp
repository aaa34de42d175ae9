// 7.2 The threshold at equal error
//
// A program that accepts a pair as one person when the distance is at most t errs in two ways: it misses
// pairs of one person whose distance is above t, and it confuses pairs of two people whose distance is at
// most t. At the threshold of *equal error* both shares meet:
//
//   missed(t)   = share of `same` that is > t
//   confused(t) = share of `different` that is <= t
//
// Return the smallest t among all the given distances at which confused(t) >= missed(t), and as error the
// mean of the two shares there. Neither list is sorted or empty.
#include "exercises/exercises.h"

namespace triptych {

Threshold equal_error_of(std::vector<double> same, std::vector<double> different) {
  return {};  // your code
}

}  // namespace triptych
