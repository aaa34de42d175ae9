#pragma once
#include <doctest/doctest.h>

#include <limits>

#include "kernels/backends.h"
#include "kernels/context.h"
#include "kernels/kernels.h"

// What the tests of the reference's kernels, against numbers worked out by hand, have in common.
namespace triptych::test {

inline const Kernels& k = reference::kernels;
inline constexpr Real not_a_number = std::numeric_limits<Real>::quiet_NaN();

// Equal but for the roundings of a few float operations.
inline doctest::Approx near(double x) {
  return doctest::Approx(x).epsilon(1e-6);
}

}  // namespace triptych::test
