#include "reid/network/row_attention.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/gradient_check.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

namespace {

constexpr Index rows = 5, width = 8;

// x [1, rows, width] with the rows in the opposite order.
Tensor upside_down(const Tensor& x) {
  const std::vector<Real> values = x.values();
  std::vector<Real> result;
  for (Index r = rows - 1; r >= 0; --r)
    result.insert(result.end(), values.begin() + r * width, values.begin() + (r + 1) * width);
  return Tensor::from(x.device(), x.shape(), std::span<const Real>(result));
}

}  // namespace

TEST_CASE("row attention: sinusoids by hand") {
  const std::vector<Real> p = sinusoidal_positions(Device::open("reference"), 3, 4).values();
  const double expected[] = {0,
                             1,
                             0,
                             1,
                             std::sin(1.0),
                             std::cos(1.0),
                             std::sin(0.01),
                             std::cos(0.01),
                             std::sin(2.0),
                             std::cos(2.0),
                             std::sin(0.02),
                             std::cos(0.02)};
  for (std::size_t i = 0; i < 12; ++i) CHECK(p[i] == doctest::Approx(expected[i]).epsilon(1e-6));
}

TEST_CASE("row attention: the first row reads the last one, and the order of rows matters") {
  Device device = Device::open("reference");
  RowAttention layer(device, Random(1), rows, width);
  Random random(2);
  const Tensor x = random_tensor(device, {1, rows, width}, random);
  const std::vector<Real> y = layer(x).value.values();

  std::vector<Real> changed = x.values();
  changed.back() += 1;
  const std::vector<Real> z =
      layer(Tensor::from(device, {1, rows, width}, std::span<const Real>(changed))).value.values();
  CHECK(std::abs(static_cast<double>(z[0] - y[0])) > 1e-5);

  // Without positions the reversed input would give the reversed output.
  const std::vector<Real> reversed = upside_down(layer(upside_down(x)).value).values();
  CHECK(std::abs(static_cast<double>(reversed[0] - y[0])) > 1e-4);
}

TEST_CASE("row attention: a branch whose output weight is 0 passes x on unchanged") {
  Device device = Device::open("reference");
  RowAttention layer(device, Random(1), rows, width);
  ParameterList parameters;
  layer.list("a", parameters);
  for (const auto& [name, parameter] : parameters)
    if (name == "a.output.weight") parameter->value.copy_from(Tensor::zeros(device, {width, width}));
  Random random(2);
  const Tensor x = random_tensor(device, {3, rows, width}, random);
  CHECK(layer(x).value.values() == x.values());
}

TEST_CASE("row attention: the gradient agrees with differences" * doctest::skip(sizeof(Real) != 8)) {
  Device device = Device::open("reference");
  RowAttention layer(device, Random(1), rows, width);
  ParameterList parameters;
  layer.list("a", parameters);
  CHECK(parameters.size() == 6);
  Random random(2);
  const GradientCheck result =
      check_gradients([&](const std::vector<Variable>& in) { return layer(in[0]); },
                      {random_tensor(device, {2, rows, width}, random)}, parameters, Random(3));
  CAPTURE(result.worst);
  CHECK(result.passed(1e-6));
}

TEST_CASE("row attention: as many heads as divide the width") {
  CHECK(attention_heads(128) == 4);
  CHECK(attention_heads(6) == 2);
  CHECK(attention_heads(5) == 1);
}
