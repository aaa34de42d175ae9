#pragma once
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "engine/gradient_check.h"
#include "engine/random.h"
#include "engine/tape.h"
#include "tests/engine/open_devices.h"

// What the tests of layers/ share.
namespace triptych::testing {

using test::devices;

inline const Device& reference_device() {
  static const Device device = Device::open("reference");
  return device;
}

inline Tensor random_tensor(const Device& device, const Shape& shape, std::uint64_t stream,
                            double scale = 1) {
  Random random(450, stream);
  std::vector<Real> values(static_cast<std::size_t>(shape.elements()));
  for (Real& value : values) value = static_cast<Real>(scale * random.normal());
  return Tensor::from(device, shape, values);
}

// Zeros and ones are where a wrong gradient hides: every trainable parameter becomes a random number near
// 0.3.
inline void shake(const ParameterList& parameters) {
  std::uint64_t stream = 1000;
  for (const NamedParameter& named : parameters) {
    if (!named.parameter->trainable) continue;
    std::vector<Real> values =
        random_tensor(named.parameter->value.device(), named.parameter->value.shape(), stream++, 0.4)
            .values();
    for (Real& value : values) value += Real(0.3);
    const Tensor& old = named.parameter->value;
    old.copy_from(Tensor::from(old.device(), old.shape(), values));
  }
}

template <class Layer>
ParameterList parameters_of(Layer& layer, const std::string& prefix = "") {
  ParameterList result;
  layer.list(prefix, result);
  return result;
}

inline std::vector<std::string> names_of(const ParameterList& parameters) {
  std::vector<std::string> result;
  for (const NamedParameter& named : parameters) result.push_back(named.name);
  return result;
}

// The largest |a - b| of two tensors of one shape; NaN when either holds one.
inline double largest_difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape().text() == b.shape().text());
  const std::vector<Real> x = a.values(), y = b.values();
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double difference = std::abs(double(x[i]) - double(y[i]));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

#ifdef TRIPTYCH_DOUBLE
// Backward against central differences, at the inputs and at every trainable parameter, which are shaken
// first.
inline void check_layer(const std::function<Variable(const Variable&)>& layer, const Shape& input,
                        const ParameterList& parameters) {
  shake(parameters);
  ParameterList trainable;
  for (const NamedParameter& named : parameters)
    if (named.parameter->trainable) trainable.push_back(named);
  const GradientCheck result =
      check_gradients([&](const std::vector<Variable>& inputs) { return layer(inputs[0]); },
                      {random_tensor(reference_device(), input, 7)}, trainable, Random(450));
  INFO("relative error " << result.relative_error << ", " << result.checked << " checked, " << result.skipped
                         << " skipped: " << result.worst);
  CHECK(result.passed(1e-6));
}
#endif

}  // namespace triptych::testing
