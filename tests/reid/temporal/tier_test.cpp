#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "engine/gradient_check.h"
#include "reid/temporal/temporal_tier.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

namespace tier_test {

constexpr Index sequences = 2, frames = 3, strips = 2, width = 4;
constexpr Temporal kinds[] = {Temporal::mean, Temporal::max, Temporal::rnn, Temporal::attention};

// x [sequences frames, numbers] with the frames of each sequence in the opposite order.
static Tensor backwards(const Tensor& x) {
  const std::vector<Real> values = x.values();
  const auto numbers = x.shape()[1];
  std::vector<Real> result;
  for (Index i = 0; i < sequences; ++i)
    for (Index t = frames - 1; t >= 0; --t) {
      const auto row = values.begin() + (i * frames + t) * numbers;
      result.insert(result.end(), row, row + numbers);
    }
  return Tensor::from(x.device(), x.shape(), std::span<const Real>(result));
}

static double largest_difference(const std::vector<Real>& a, const std::vector<Real>& b) {
  double largest = a.size() == b.size() ? 0 : INFINITY;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return largest;
}

TEST_CASE("temporal tier: mean and maximum over the frames of each sequence") {
  Device device = Device::open("reference");
  Random random(2);
  const Tensor x = random_tensor(device, {sequences * frames, strips * width}, random);
  const std::vector<Real> in = x.values();
  TemporalTier mean(device, Random(1), Temporal::mean, strips, width),
      max(device, Random(1), Temporal::max, strips, width);
  const std::vector<Real> a = mean(Variable(x), frames).value.values(),
                          b = max(Variable(x), frames).value.values();
  REQUIRE(a.size() == sequences * strips * width);
  for (std::size_t k = 0; k < a.size(); ++k) {
    const std::size_t n = strips * width, first = k / n * n * frames + k % n;
    CHECK(a[k] == doctest::Approx((in[first] + in[first + n] + in[first + 2 * n]) / 3).epsilon(1e-5));
    CHECK(b[k] == std::max({in[first], in[first + n], in[first + 2 * n]}));
  }
}

TEST_CASE("temporal tier: the recurrence by hand, and it alone hears the order of the frames") {
  Device device = Device::open("reference");
  Random random(2);
  const Tensor x = random_tensor(device, {sequences * frames, strips * width}, random);
  for (const Temporal kind : kinds) {
    TemporalTier tier(device, Random(1), kind, strips, width);
    const double change = largest_difference(tier(Variable(x), frames).value.values(),
                                             tier(Variable(backwards(x)), frames).value.values());
    CAPTURE(static_cast<int>(kind));
    if (kind == Temporal::rnn)
      CHECK(change > 1e-3);
    else
      CHECK(change < 1e-5);
  }
  // With W_i = w 1 and W_s = 1: o_t = w x_t + tanh(o_{t-1}), in every strip by itself.
  TemporalTier tier(device, Random(1), Temporal::rnn, strips, width);
  ParameterList parameters;
  tier.list("temporal", parameters);
  const double w = 0.5;
  for (const auto& [name, parameter] : parameters)
    if (parameter->value.shape() == Shape{width, width}) {
      std::vector<Real> eye(width * width, 0);
      for (std::size_t k = 0; k < width; ++k)
        eye[k * (width + 1)] = name == "temporal.rnn.forward.input.weight" ? Real(w) : Real(1);
      parameter->value.copy_from(Tensor::from(device, {width, width}, std::span<const Real>(eye)));
    }
  const std::vector<Real> in = x.values(), out = tier(Variable(x), frames).value.values();
  for (std::size_t k = 0; k < out.size(); ++k) {
    const std::size_t n = strips * width, first = k / n * n * frames + k % n;
    double o = 0, sum = 0;
    for (std::size_t t = 0; t < frames; ++t) {
      const auto now = static_cast<double>(in[first + t * n]);
      o = w * now + std::tanh(o) * (t > 0);
      sum += now + o;
    }
    CHECK(static_cast<double>(out[k]) == doctest::Approx(sum / frames).epsilon(1e-4));
  }
}

TEST_CASE("temporal tier: gradients of every kind, through inputs and weights") {
  Device device = Device::open("reference");
  Random random(4);
  const Tensor x = random_tensor(device, {sequences * frames, strips * width}, random);
  for (const Temporal kind : kinds) {
    CAPTURE(static_cast<int>(kind));
    TemporalTier tier(device, Random(1), kind, strips, width);
    ParameterList parameters;
    tier.list("temporal", parameters);
    CHECK(parameters.empty() == (kind == Temporal::mean || kind == Temporal::max));
    const GradientCheck check = check_gradients(
        [&](const std::vector<Variable>& in) { return tier(in[0], frames); }, {x}, parameters, Random(5));
    CAPTURE(check.worst);
    CHECK(check.passed(sizeof(Real) == 8 ? 1e-6 : 2e-2));
  }
}

}  // namespace tier_test
