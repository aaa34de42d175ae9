#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "tests/kernels/reference/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("reference L2 normalisation: 3-4-5, and a row of zeros") {
  const Real x[] = {3, 4, 0, 0};
  std::array<Real, 4> y;
  std::array<Real, 2> norm;
  Context context;
  k.l2_normalise_forward(context, 2, 2, Real(1e-12), x, y.data(), norm.data());
  CHECK(y == std::array<Real, 4>{Real(0.6), Real(0.8), 0, 0});
  CHECK(norm == std::array<Real, 2>{5, 0});
  // A gradient along y changes the length alone and is lost; one across it is divided by the norm.
  const Real along[] = {Real(0.6), Real(0.8)}, across[] = {Real(-0.8), Real(0.6)};
  Real dx[] = {0, 0};
  k.l2_normalise_backward(context, 1, 2, Real(1e-12), y.data(), norm.data(), along, dx);
  CHECK(std::abs(dx[0]) < 1e-6);
  CHECK(std::abs(dx[1]) < 1e-6);
  k.l2_normalise_backward(context, 1, 2, Real(1e-12), y.data(), norm.data(), across, dx);
  CHECK(dx[0] == near(-0.16));
  CHECK(dx[1] == near(0.12));
}

TEST_CASE("reference batch norm: two channels of four rows") {
  const Real x[] = {1, 10, 3, 10, 5, 10, 7, 10}, gamma[] = {2, 3}, beta[] = {100, 200};
  std::array<Real, 2> mean, variance;
  std::array<Real, 8> y;
  Context context;
  k.batch_norm_statistics(context, 4, 2, x, mean.data(), variance.data());
  CHECK(mean == std::array<Real, 2>{4, 10});
  CHECK(variance == std::array<Real, 2>{5, 0});  // divided by rows
  k.batch_norm_forward(context, 4, 2, 4, x, mean.data(), variance.data(), gamma, beta, y.data());
  CHECK(y == std::array<Real, 8>{98, 200, Real(100 - 2 / 3.), 200, Real(100 + 2 / 3.), 200, 102, 200});
}

TEST_CASE("reference batch norm + relu + pool: a negative gamma turns the order around") {
  const PoolShape s{1, 2, 2, 1};
  const Real x[] = {1, 2, 3, 4}, mean[] = {0}, variance[] = {1}, gamma[] = {-1}, beta[] = {3};
  Real y;
  std::uint8_t winner;
  Context context;
  k.batch_norm_activation_pool_forward(context, s, Activation::relu, 0, x, mean, variance, gamma, beta, &y,
                                       &winner);
  CHECK(y == 2);
  CHECK(winner == 0);
}

TEST_CASE("reference batch norm: running averages, by hand") {
  const Real mean[] = {2}, variance[] = {8};
  Real running_mean = 10, running_variance = 4;
  Context context;
  k.batch_norm_track(context, 1, Real(0.75), Real(0.25), Real(0.5), mean, variance, &running_mean,
                     &running_variance);
  CHECK(running_mean == 8);
  CHECK(running_variance == 7);
}
