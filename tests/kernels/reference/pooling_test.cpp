#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

#include "tests/kernels/reference/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("reference max pooling: ties pick the first, the rest of an odd image is dropped") {
  const PoolShape s{1, 3, 5, 1};
  const Real x[] = {1,  2,  5,  5,  90,  //
                    3,  3,  5,  5,  91,  //
                    80, 81, 82, 83, 92};
  std::array<Real, 2> y;
  std::array<std::uint8_t, 2> winner;
  Context context;
  k.max_pool_forward(context, s, x, y.data(), winner.data());
  CHECK(y == std::array<Real, 2>{3, 5});
  CHECK(winner == std::array<std::uint8_t, 2>{2, 0});
}

TEST_CASE("reference max pooling: NaN wins from any place, the first of two") {
  Context context;
  for (int place = 0; place < 4; ++place) {
    Real x[] = {1, 2, 3, 4}, y;
    std::uint8_t winner;
    x[place] = not_a_number;
    k.max_pool_forward(context, {1, 2, 2, 1}, x, &y, &winner);
    CHECK(std::isnan(y));
    CHECK(winner == place);
  }
  const Real x[] = {1, not_a_number, not_a_number, std::numeric_limits<Real>::infinity()};
  Real y;
  std::uint8_t winner;
  k.max_pool_forward(context, {1, 2, 2, 1}, x, &y, &winner);
  CHECK(winner == 1);
}

TEST_CASE("reference max pooling: windows that overlap add up on the way back") {
  const PoolShape s{1, 1, 3, 1, 1, 2, 1, 1};
  const std::uint8_t winner[] = {1, 0};  // the middle element, in both windows
  const Real dy[] = {3, 4};
  std::array<Real, 3> dx = {10, 20, 30};
  Context context;
  k.max_pool_backward(context, s, winner, dy, dx.data());
  CHECK(dx == std::array<Real, 3>{10, 27, 30});
}

TEST_CASE("reference average pooling: window 2 x 3, stride 2 x 2, columns shared") {
  const PoolShape s{1, 2, 5, 1, 2, 3, 2, 2};
  const Real x[] = {1, 2, 3, 4, 5,  //
                    1, 2, 3, 4, 5};
  std::array<Real, 2> y;
  Context context;
  k.average_pool_forward(context, s, x, y.data());
  CHECK(y == std::array<Real, 2>{2, 4});
  const Real dy[] = {6, 60};
  std::array<Real, 10> dx;
  dx.fill(100);
  k.average_pool_backward(context, s, dy, dx.data());
  CHECK(dx == std::array<Real, 10>{101, 101, 111, 110, 110, 101, 101, 111, 110, 110});
}

TEST_CASE(
    "reference strip maximum: strips share a row, the mask leaves patches out, an empty strip gives 0 and "
    "-1") {
  // Three rows of one patch in two strips: rows 0-1 and rows 1-2.
  const StripShape s{2, 3, 1, 1, 2};
  CHECK(s.end_row(0) == 2);
  CHECK(s.first_row(1) == 1);
  const Real x[] = {-5, -1, -3,  //
                    8,  9,  7};
  const std::uint8_t mask[] = {1, 1, 1,  //
                               1, 0, 0};
  std::array<Real, 4> y;
  std::array<std::int32_t, 4> winner;
  Context context;
  k.strip_max_forward(context, s, x, mask, y.data(), winner.data());
  CHECK(y == std::array<Real, 4>{-1, -1, 8, 0});
  CHECK(winner == std::array<std::int32_t, 4>{1, 1, 0, -1});
  const Real dy[] = {1, 2, 3, 4};
  std::array<Real, 6> dx = {10, 10, 10, 10, 10, 10};
  k.strip_max_backward(context, s, winner.data(), dy, dx.data());
  CHECK(dx == std::array<Real, 6>{10, 13, 10, 13, 10, 10});
}

TEST_CASE("reference strip maximum: NaN passes, but not through the mask") {
  const StripShape s{1, 2, 1, 1, 1};
  const Real x[] = {not_a_number, 1};
  Real y;
  std::int32_t winner;
  Context context;
  const std::uint8_t all[] = {1, 1}, second[] = {0, 1};
  k.strip_max_forward(context, s, x, all, &y, &winner);
  CHECK(std::isnan(y));
  k.strip_max_forward(context, s, x, second, &y, &winner);
  CHECK(y == 1);
}

TEST_CASE("reference strip mean: weighted, rows shared, no weight gives 0") {
  const StripShape s{2, 3, 1, 1, 2};
  const Real x[] = {10, 20, 40, 1, 2, 3}, weight[] = {3, 1, 4, 0, 0, 2};
  std::array<Real, 4> y;
  Context context;
  k.strip_mean_forward(context, s, x, weight, y.data());
  CHECK(y == std::array<Real, 4>{12.5, 36, 0, 3});
  const Real dy[] = {4, 10, 100, 7};
  std::array<Real, 6> dx = {};
  k.strip_mean_backward(context, s, weight, dy, dx.data());
  CHECK(dx == std::array<Real, 6>{3, 1 + 2, 8, 0, 0, 7});
}
