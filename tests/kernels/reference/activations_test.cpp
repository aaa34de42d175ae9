#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "tests/kernels/reference/helpers.h"

using namespace triptych;
using namespace triptych::test;

namespace {
Real activated(Activation activation, double x) {
  const Real in = Real(x);
  Real y;
  Context context;
  k.activation_forward(context, activation, 1, &in, &y);
  return y;
}
Real slope(Activation activation, double x) {
  const Real in = Real(x), y = activated(activation, x), dy = 1;
  Real dx = 0;
  Context context;
  k.activation_backward(context, activation, 1, &in, &y, &dy, &dx);
  return dx;
}
}  // namespace

TEST_CASE("reference activations: known values") {
  CHECK(activated(Activation::identity, -3) == -3);
  CHECK(activated(Activation::relu, -3) == 0);
  CHECK(activated(Activation::relu, 3) == 3);
  CHECK(activated(Activation::tanh, 1) == near(0.761594156));
  CHECK(activated(Activation::sigmoid, 0) == Real(0.5));
  CHECK(activated(Activation::sigmoid, -1000) == 0);
  CHECK(activated(Activation::gelu, 1) == near(0.841344746));  // Phi(1)
  CHECK(activated(Activation::gelu, -2) == near(-2 * 0.0227501319));
  for (const Activation a :
       {Activation::identity, Activation::relu, Activation::tanh, Activation::sigmoid, Activation::gelu})
    CHECK(std::isnan(activated(a, not_a_number)));
}

TEST_CASE("reference activations: known slopes; relu has none at 0") {
  CHECK(slope(Activation::identity, 5) == 1);
  CHECK(slope(Activation::relu, 2) == 1);
  CHECK(slope(Activation::relu, -2) == 0);
  CHECK(slope(Activation::relu, 0) == 0);
  CHECK(slope(Activation::tanh, 0) == 1);
  CHECK(slope(Activation::sigmoid, 0) == Real(0.25));
  CHECK(slope(Activation::gelu, 0) == Real(0.5));
  CHECK(slope(Activation::gelu, 1) == near(0.841344746 + 0.241970725));  // Phi(1) + phi(1)
}

TEST_CASE("reference softplus: known values and slopes, far from 0 as well") {
  const Real x[] = {0, 1, -30, 1000, -1000, Real(not_a_number)};
  Real y[6];
  Context context;
  k.softplus_forward(context, 6, x, y);
  CHECK(y[0] == near(0.693147181));
  CHECK(y[1] == near(1.313261688));
  CHECK(y[2] / Real(9.3576229688e-14) == near(1));  // exp(-30)
  CHECK(y[3] == 1000);
  CHECK(y[4] == 0);
  CHECK(std::isnan(y[5]));

  const Real dy[] = {2, 2, 2, 2, 2, 2};
  Real dx[] = {3, 3, 3, 3, 3, 3};
  k.softplus_backward(context, 6, x, dy, dx);
  CHECK(dx[0] == 4);  // 3 + 2 / (1 + exp(0))
  CHECK(dx[1] == near(3 + 2 * 0.731058579));
  CHECK(dx[3] == 5);
  CHECK(dx[4] == 3);
  CHECK(std::isnan(dx[5]));
}

TEST_CASE("reference dropout: the words of Philox decide, in order") {
  // Counter 0, key 0 gives 6627e8d5 e169c58d bc57ac4c 9b00dbd8: 0.399, 0.881, 0.736, 0.605.
  const Real x[] = {1, 2, 3, 4};
  std::array<Real, 4> y;
  std::array<std::uint8_t, 4> keep;
  Context context;
  k.dropout_forward(context, 4, Real(0.7), 0, 0, x, y.data(), keep.data());
  CHECK(keep == std::array<std::uint8_t, 4>{0, 1, 1, 0});
  CHECK(y[0] == 0);
  CHECK(y[1] == near(2 / 0.3));
  Real dx[] = {5, 5, 5, 5};
  k.dropout_backward(context, 4, Real(0.7), keep.data(), x, dx);
  CHECK(dx[0] == 5);
  CHECK(dx[2] == near(5 + 3 / 0.3));
}
