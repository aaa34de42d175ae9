#include "reid/loss/metric_losses.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/gradient_check.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("ArcFace by hand: the margin is an angle") {
  Device device = Device::open("reference");
  const double degrees = std::acos(-1.0) / 180;
  const auto at = [&](double angle) { return Real(std::cos(angle * degrees)); };
  const auto up = [&](double angle) { return Real(std::sin(angle * degrees)); };
  // x at 20 degrees, of any length; centres at 0 and 90 degrees; margin 30 degrees: cos 50 against cos 70.
  const std::vector<Real> x = {3 * at(20), 3 * up(20)}, centres = {2, 0, 0, 5};
  const std::vector<std::int32_t> target = {0};
  const Variable loss =
      arcface_loss(Tensor::from(device, {1, 2}, std::span<const Real>(x)),
                   Tensor::from(device, {2, 2}, std::span<const Real>(centres)),
                   Tensor::from(device, {1}, std::span<const std::int32_t>(target)), Real(30 * degrees), 10);
  CHECK(loss.value.item() == doctest::Approx(std::log(1 + std::exp(10 * (at(70) - at(50))))).epsilon(1e-4));
}

TEST_CASE("circle loss by hand: one positive and one negative pair for each anchor") {
  Device device = Device::open("reference");
  const Real half = Real(0.5), other = Real(std::sqrt(0.75));
  const std::vector<Real> x = {1, 0, half, other, 0, 1};  // cosines: 0.5 (0, 1), 0 (0, 2), 0.866 (1, 2)
  const std::vector<std::uint8_t> positive = {0, 1, 0, 1, 0, 0, 0, 0, 0},
                                  negative = {0, 0, 1, 0, 0, 1, 1, 1, 0};
  const Tensor p = Tensor::from(device, {3, 3}, std::span<const std::uint8_t>(positive)),
               n = Tensor::from(device, {3, 3}, std::span<const std::uint8_t>(negative));
  const double m = 0.25, gamma = 8;
  const auto push = [&](double s) { return gamma * std::max(0.0, s + m) * (s - m); };
  const auto pull = [&](double s) { return -gamma * std::max(0.0, 1 + m - s) * (s - 1 + m); };
  const double first = std::log(1 + std::exp(push(0) + pull(0.5)));
  const double second = std::log(1 + std::exp(push(double(other)) + pull(0.5)));
  const Variable loss =
      circle_loss(Tensor::from(device, {3, 2}, std::span<const Real>(x)), p, n, Real(m), Real(gamma));
  CHECK(loss.value.item() ==
        doctest::Approx((first + second + 0) / 3).epsilon(1e-4));  // the third has no positive
}

TEST_CASE("metric losses: gradients, and a step against them makes the loss smaller") {
  Device device = Device::open("reference");
  Random random(3);
  const Tensor x = random_tensor(device, {5, 3}, random), centres = random_tensor(device, {4, 3}, random);
  const std::vector<std::int32_t> labels = {0, 3, 1, 1, 2};
  const Tensor target = Tensor::from(device, {5}, std::span<const std::int32_t>(labels));
  if constexpr (sizeof(Real) == 8) {
    const GradientCheck check = check_gradients(
        [&](const std::vector<Variable>& in) { return arcface_loss(in[0], in[1], target, Real(0.3), 4); },
        {x, centres}, {}, Random(1));
    CAPTURE(check.worst);
    CHECK(check.passed(1e-6));
  }
  std::vector<std::uint8_t> same(25), differ(25);
  for (std::size_t i = 0; i < 25; ++i) {
    const bool equal = labels[i / 5] == labels[i % 5];
    same[i] = equal && i / 5 != i % 5, differ[i] = !equal;
  }
  const Tensor positive = Tensor::from(device, {5, 5}, std::span<const std::uint8_t>(same)),
               negative = Tensor::from(device, {5, 5}, std::span<const std::uint8_t>(differ));
  Tape tape;
  const Variable on_tape = tape.input(x, true);
  const Variable loss = circle_loss(on_tape, positive, negative);
  tape.backward(loss);
  const Variable moved = Variable(x) - Real(1e-3) * Variable(tape.gradient(on_tape));
  CHECK(circle_loss(moved, positive, negative).value.item() < loss.value.item());
}
