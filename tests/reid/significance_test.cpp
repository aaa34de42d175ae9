#include "reid/evaluation/significance.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "engine/error.h"

using namespace triptych;

TEST_CASE("significance: the corrected error of three overlapping splits, by hand") {
  const std::vector<double> gains = {1, 2, 3};  // s = 1
  const PairedGain gain = gain_over_splits(gains, 0.5);
  CHECK(gain.mean == doctest::Approx(2));
  CHECK(gain.naive_error == doctest::Approx(std::sqrt(1.0 / 3)));
  CHECK(gain.standard_error == doctest::Approx(std::sqrt(1.0 / 3 + 0.5)));
  CHECK(gain.splits == 3);
}

TEST_CASE("significance: one split has no error, and the ratio of test to training must be positive") {
  const std::vector<double> gains = {4};
  CHECK(gain_over_splits(gains, 1).standard_error == 0);
  CHECK_THROWS_AS(gain_over_splits(gains, 0), Error);
}

TEST_CASE("significance: the sign-flip test of few identities, by enumeration") {
  // |+-1 +-1 +-1 +-1 +-1| = 5 for 2 of 32 assignments.
  const std::vector<double> all_better(5, 1.0);
  CHECK(sign_flip_test(all_better, 3) == doctest::Approx(2.0 / 32).epsilon(0.1));
  const std::vector<double> all_worse(5, -0.1);
  CHECK(sign_flip_test(all_worse, 3) ==
        doctest::Approx(2.0 / 32).epsilon(0.1));  // two-sided, and 5 x 0.1 is 0.5
  // |+-3 +-1| >= 2 always; an identity without a difference changes nothing.
  CHECK(sign_flip_test(std::vector<double>{3, -1, 0}, 3) == 1);
  CHECK(sign_flip_test(std::vector<double>{0, 0}, 3) == 1);
}

TEST_CASE(
    "significance: a clear gain over 100 identities has the smallest p there is, and a seed its own bits") {
  std::vector<double> differences(100, 0.5);
  CHECK(sign_flip_test(differences, 1) == 1e-4);
  for (std::size_t i = 0; i < 40; ++i) differences[i] = -0.5;
  const double p = sign_flip_test(differences, 1);  // binomial: 60 or more of 100, two-sided 0.057
  CHECK(p == doctest::Approx(0.057).epsilon(0.15));
  CHECK(p == sign_flip_test(differences, 1));
}

TEST_CASE("significance: equal methods are called different in half of all cases by the naive error alone") {
  const FalseAlarms alarms = simulate_equal_methods(4000, 1);
  MESSAGE("of 4000 pairs of equal methods: ", 100 * alarms.naive, "% beyond two naive errors, ",
          100 * alarms.corrected, "% beyond two corrected ones, ", 100 * alarms.sign_flip,
          "% with p <= 0.05 in the sign-flip test");
  CHECK(alarms.naive > 0.5);
  CHECK(alarms.corrected > 0.05);
  CHECK(alarms.corrected < 0.09);
  CHECK(alarms.sign_flip > 0.035);
  CHECK(alarms.sign_flip < 0.065);
}
