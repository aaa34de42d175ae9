#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "tests/kernels/reference/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("reference patch match: only rows within reach are looked at") {
  // One query against one candidate, four rows of one patch, one channel.
  const PatchMatchShape s{1, 1, 4, 1, 1, 1};
  const Real x[] = {1, 1, -1, 1}, y[] = {2, 3, 3, 9}, g[] = {1, 10, 100, 1000};
  std::array<Real, 4> similarity, dx = {}, dy = {};
  std::array<std::int32_t, 4> winner;
  Context context;
  k.patch_match_forward(context, s, x, y, similarity.data(), winner.data());
  CHECK(similarity == std::array<Real, 4>{3, 3, -3, 9});
  CHECK(winner == std::array<std::int32_t, 4>{1, 1, 1, 3});
  k.patch_match_backward(context, s, x, y, winner.data(), g, dx.data(), dy.data());
  CHECK(dx == std::array<Real, 4>{3, 30, 300, 9000});
  CHECK(dy == std::array<Real, 4>{0, 1 + 10 - 100, 0, 1000});
}

TEST_CASE("reference smooth_grid: the weights of a single peak, normalised over the cells that exist") {
  const Real x[] = {0, 1, 0};
  std::array<Real, 3> y;
  Context context;
  k.smooth_grid(context, 1, 1, 3, 1, x, y.data());
  const double one = std::exp(-0.5), two = std::exp(-2.0);
  CHECK(y[1] == near(1 / (1 + 2 * one)));
  CHECK(y[0] == near(one / (1 + one + two)));
  k.smooth_grid(context, 1, 1, 3, 0, x, y.data());
  CHECK(y == std::array<Real, 3>{0, 1, 0});
}
