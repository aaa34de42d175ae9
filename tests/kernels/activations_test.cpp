#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {

constexpr Activation all[] = {Activation::identity, Activation::relu, Activation::tanh, Activation::sigmoid,
                              Activation::gelu};
const std::vector<Index> activated_lengths = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 1031, 70001};

// Random numbers near 0 and far away, and the values at which formulas break.
std::vector<Real> demanding(Trial& trial, Index n) {
  std::vector<Real> values = trial.random(n, -4, 4), exponents = trial.random(n, -12, 3);
  const Real limits[] = {0,
                         -Real(0.0),
                         Real(1e-30),
                         Real(-1e-30),
                         Real(20),
                         Real(-20),
                         Real(88),
                         Real(-88),
                         Real(89.5),
                         Real(-89.5),
                         Real(200),
                         Real(-200),
                         Real(1e30),
                         Real(-1e30),
                         std::numeric_limits<Real>::infinity(),
                         -std::numeric_limits<Real>::infinity()};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i % 3 == 0) values[i] = static_cast<Real>(values[i] * std::pow(2, exponents[i]));
    if (n > 60 && i % 64 >= 48) values[i] = limits[i % 16];
  }
  return values;
}

}  // namespace

TEST_CASE("activations: forward") {
  for (const Activation activation : all)
    for (const Index n : activated_lengths) {
      Trial trial("activation_forward {} n={}", int(activation), n);
      std::vector<Real> values = demanding(trial, n);
      if (activation == Activation::gelu)  // inf * 0
        for (Real& value : values)
          if (std::isinf(value)) value = 3;
      const auto x = trial.input(values);
      const auto y = trial.output<Real>(n);
      // tanh, sigmoid and gelu are sums with a term near 1 (or x): their error is relative to that, not to a
      // tiny result.
      const Bound bound = activation == Activation::gelu   ? within(8, 4)
                          : activation >= Activation::tanh ? within(4, 1)
                                                           : exact();
      trial.compare(
          [&](Run& run) { run.kernels.activation_forward(run.context, activation, n, run[x], run[y]); },
          bound);
    }
}

TEST_CASE("activations: forward in place, gelu excepted") {
  for (const Activation activation :
       {Activation::identity, Activation::relu, Activation::tanh, Activation::sigmoid}) {
    Trial trial("activation_forward {} in place", int(activation));
    const auto x = trial.in_place(demanding(trial, 1031));
    trial.compare(
        [&](Run& run) { run.kernels.activation_forward(run.context, activation, 1031, run[x], run[x]); },
        within(4, 1));
  }
}

TEST_CASE("activations: NaN stays NaN, in the vectors and in the rest") {
  for (const Activation activation : all) {
    Trial trial("activation_forward {} of NaN", int(activation));
    std::vector<Real> values = trial.random(37);
    for (const std::size_t at : {0, 5, 16, 35, 36}) values[at] = std::numeric_limits<Real>::quiet_NaN();
    const auto x = trial.input(values);
    const auto y = trial.output<Real>(37);
    trial.compare(
        [&](Run& run) { run.kernels.activation_forward(run.context, activation, 37, run[x], run[y]); },
        within(8, 1), [&](const Outcome& got) { CHECK(std::isnan(got[y][5])); });
  }
}

TEST_CASE("activations: backward; x is there for gelu alone") {
  for (const Activation activation : all)
    for (const Index n : activated_lengths) {
      Trial trial("activation_backward {} n={}", int(activation), n);
      const std::vector<Real> inputs = trial.random(n, -4, 4);
      std::vector<Real> outputs(inputs.size());
      Context context;
      reference::kernels.activation_forward(context, activation, n, inputs.data(), outputs.data());
      const bool needs_x = activation == Activation::gelu;
      const auto x = trial.input(
          needs_x ? inputs : std::vector<Real>(inputs.size(), std::numeric_limits<Real>::quiet_NaN()));
      const auto y = trial.input(outputs);
      const auto dy = trial.input(trial.random(n));
      const auto dx = trial.gradient(n);
      trial.compare(
          [&](Run& run) {
            run.kernels.activation_backward(run.context, activation, n, needs_x ? run[x] : nullptr, run[y],
                                            run[dy], run[dx]);
          },
          within(8, 1));
    }
}

TEST_CASE("activations: relu has slope 0 at 0") {
  Trial trial("activation_backward relu at 0");
  const auto y = trial.input(std::vector<Real>(19, Real(0)));
  const auto dy = trial.input(trial.random(19));
  const auto dx = trial.gradient(19);
  trial.compare(
      [&](Run& run) {
        run.kernels.activation_backward(run.context, Activation::relu, 19, nullptr, run[y], run[dy], run[dx]);
      },
      exact());
}

TEST_CASE("softplus: tiny results keep their digits, large ones do not overflow") {
  for (const Index n : activated_lengths) {
    Trial trial("softplus_forward n={}", n);
    std::vector<Real> values = demanding(trial, n);
    for (Real& value : values)
      if (value < -87 && value > -100) value = -87;  // exp(-88) is a float with few digits
    const auto x = trial.input(values);
    const auto y = trial.output<Real>(n);
    trial.compare([&](Run& run) { run.kernels.softplus_forward(run.context, n, run[x], run[y]); },
                  relative(8));

    Trial backward("softplus_backward n={}", n);
    const auto bx = backward.input(demanding(backward, n)), dy = backward.input(backward.random(n));
    const auto dx = backward.gradient(n);
    backward.compare(
        [&](Run& run) { run.kernels.softplus_backward(run.context, n, run[bx], run[dy], run[dx]); },
        within(8, 1));
  }
}

TEST_CASE("softplus: in place, without a gradient, and of NaN") {
  Trial trial("softplus_forward in place");
  std::vector<Real> values = trial.random(1031, -4, 4);
  for (const std::size_t at : {0, 5, 16, 1029, 1030}) values[at] = std::numeric_limits<Real>::quiet_NaN();
  const auto x = trial.in_place(values);
  const auto dy = trial.input(trial.random(1031));
  trial.compare(
      [&](Run& run) {
        run.kernels.softplus_forward(run.context, 1031, run[x], run[x]);
        run.kernels.softplus_backward(run.context, 1031, run[x], run[dy], nullptr);
      },
      relative(8),
      [&](const Outcome& got) {
        CHECK(std::isnan(got[x][5]));
        CHECK(std::isnan(got[x][1030]));
      });
}

TEST_CASE("dropout: the same elements on every device, forward and backward") {
  for (const Index n : activated_lengths)
    for (const Real rate : {Real(0), Real(0.25), Real(0.5), Real(0.9)}) {
      Trial trial("dropout n={} rate={}", n, rate);
      const auto x = trial.input(trial.random(n));
      const auto y = trial.output<Real>(n);
      const auto keep = trial.output<std::uint8_t>(n);
      const auto dy = trial.input(trial.random(n));
      const auto dx = trial.gradient(n);
      trial.compare(
          [&](Run& run) {
            run.kernels.dropout_forward(run.context, n, rate, 0x123456789ABCDEFull, 0xFEDCBA9876543210ull,
                                        run[x], run[y], run[keep]);
            run.kernels.dropout_backward(run.context, n, rate, run[keep], run[dy], run[dx]);
          },
          relative(4),
          [&](const Outcome& got) {
            if (n < 70000) return;
            Index kept = 0;
            for (const std::uint8_t k : got[keep]) kept += k;
            // Five standard deviations of a binomial count.
            CHECK(std::abs(double(kept) / double(n) - (1 - double(rate))) <= 5 * std::sqrt(0.25 / double(n)));
          });
    }
}
