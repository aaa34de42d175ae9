#pragma once
#include <cstdint>
#include <span>

#include "kernels/real.h"

namespace triptych {

// Is a difference between two methods more than chance? Two questions, two answers: the corrected standard
// error says how far the mean gain would move with other training sets, and the sign-flip test how likely
// such a gain is among these identities if the methods were equal.

// The gain of one method over another on the same splits, in the unit of the differences.
struct PairedGain {
  double mean = 0;
  double naive_error = 0;     // s / sqrt(splits): right for independent splits only
  double standard_error = 0;  // corrected for the overlap of the splits
  int splits = 0;
};

// differences[k] = ours - theirs on split k. With s^2 their variance (divided by splits - 1),
//
//   naive_error    = sqrt(1/J s^2)                       J: number of splits
//   standard_error = sqrt((1/J + n_test/n_train) s^2)    Nadeau and Bengio 2003: corrected resampled variance
//
// Random splits of one set of identities overlap: two halves share half of their test identities and half of
// their training identities. Their differences are therefore correlated, s^2 is too small, and no number of
// splits makes the true error go to 0. test_to_train = n_test / n_train, 1 for halves. One split has no
// error: both are 0. test_to_train <= 0 is an Error.
PairedGain gain_over_splits(std::span<const double> differences, double test_to_train);

// Paired randomisation test. differences[i] belongs to one identity: the sum over all its queries, in all
// splits, of ours - theirs. If the methods are equal, each identity's difference is as likely with the other
// sign. The p-value is the share of random sign assignments whose |sum| reaches that of the observed one, two
// sided, the observed assignment included:
//
//   p = (1 + |{flips : |sum_i +-d_i| >= |sum_i d_i|}|) / (1 + flips)
//
// The same seed gives the same p. No difference other than 0 gives 1.
double sign_flip_test(std::span<const double> differences, std::uint64_t seed, int flips = 9999);

// How often equal methods are called different: `pairs` simulated pairs of methods, each of which finds every
// identity at rank 1 with the same probability 0.6, tested on 10 random halves of 450 identities.
struct FalseAlarms {
  int pairs = 0;
  double naive = 0;      // share of pairs whose |mean| is above two naive errors
  double corrected = 0;  // ... above two corrected ones
  double sign_flip = 0;  // ... whose sign-flip test has p <= 0.05
};
FalseAlarms simulate_equal_methods(int pairs, std::uint64_t seed);

}  // namespace triptych
