#include <doctest/doctest.h>

#include <array>

#include "tests/kernels/reference/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("reference optimizers: SGD by hand, plain, with momentum and Nesterov") {
  const auto step = [](double momentum, bool nesterov) {
    Real value = 1, velocity = 2;
    const Real gradient = 3;
    const ParameterSlice slice{&value, &gradient, &velocity, nullptr, 1, Real(0.5)};
    Context context;
    k.sgd(context, {Real(0.1), Real(momentum), nesterov}, 1, &slice);
    return std::array<double, 2>{value, velocity};
  };
  CHECK(step(0, false)[0] == near(1 - 0.1 * 3.5));
  CHECK(step(0.5, false)[1] == near(0.5 * 2 + 3.5));
  CHECK(step(0.5, false)[0] == near(1 - 0.1 * 4.5));
  CHECK(step(0.5, true)[0] == near(1 - 0.1 * (3.5 + 0.5 * 4.5)));
}

TEST_CASE("reference optimizers: Adam's first step is rate times the gradient's sign, whatever its size") {
  for (const double g : {1e-3, -5.0, 1e4}) {
    Real value = 1, first = 0, second = 0;
    const Real gradient = Real(g);
    const ParameterSlice slice{&value, &gradient, &first, &second, 1, 0};
    Context context;
    k.adam(context, {.rate = Real(0.01)}, 1, &slice);
    CHECK(value == doctest::Approx(1 - (g > 0 ? 0.01 : -0.01)).epsilon(1e-6));
    CHECK(first == near(0.1 * g));
    CHECK(second == doctest::Approx(0.001 * g * g).epsilon(1e-4));  // 1 - beta2 of a float beta2
  }
}

TEST_CASE("reference optimizers: AdamW shrinks the value beside the step, Adam through the gradient") {
  const auto step = [](bool decoupled) {
    Real value = 2, first = 0, second = 0;
    const Real gradient = 1;
    const ParameterSlice slice{&value, &gradient, &first, &second, 1, Real(0.5)};
    Context context;
    k.adam(context, {.rate = Real(0.01), .decoupled_decay = decoupled}, 1, &slice);
    return std::array<double, 2>{value, first};
  };
  CHECK(step(true)[0] == near(2 - 0.01 - 0.01 * 0.5 * 2));
  CHECK(step(true)[1] == near(0.1));
  CHECK(step(false)[0] == near(2 - 0.01));  // the sign of 1 + 0.5 * 2
  CHECK(step(false)[1] == near(0.2));
}
