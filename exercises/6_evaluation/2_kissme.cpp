// 6.2 KISSME, in two dimensions
//
// `same` holds the differences x - y of images of one identity by two cameras, `different` those of two
// identities. Which of two explanations is more likely for a new difference v? Take a Gaussian with mean 0
// for each, with the covariances
//
//   S = mean over same of v v^T        D = mean over different of v v^T
//
// The logarithm of the ratio of their densities is, but for a constant, half of v^T M v (Koestinger et al.
// 2012), with
//
//   M = S^-1 - D^-1
//
// and that is the learned distance: where an identity varies much (S large), a difference counts little.
// Return M as {m00, m01, m10, m11}. The inverse of {a, b, c, d} is {d, -b, -c, a} / (a d - b c).
#include "exercises/exercises.h"

namespace triptych {

Matrix2 kissme(std::span<const Vector2> same, std::span<const Vector2> different) {
  return {1, 0, 0, 1};  // your code: this is the plain distance |v|^2
}

}  // namespace triptych
