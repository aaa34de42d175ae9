#include "engine/gradient_check.h"
#include "engine/ops.h"
#include "exercises/test.h"

namespace triptych {

TEST_CASE("2.3 backward is the derivative of forward in every input") {
  Random random(2);
  const auto tensor = [&](const Shape& shape) {
    std::vector<Real> values(shape.elements());
    for (Real& value : values) value = random.normal();
    static const Device device = Device::open("reference");
    return Tensor::from(device, shape, std::span<const Real>(values));
  };
  const GradientCheck check =
      check_gradients([](const std::vector<Variable>& in) { return weighted_distance(in[0], in[1], in[2]); },
                      {tensor({4, 3}), tensor({4, 3}), tensor({3})}, {}, random);
  INFO("the worst: ", check.worst);
  CHECK(check.passed(1e-6));
}

TEST_CASE("2.3 forward is what it was") {
  Device device = Device::open("reference");
  const std::vector<Real> x = {3, 5}, y = {1, 4}, w = {10, 100};
  const auto row = [&](const std::vector<Real>& v, const Shape& s) {
    return Tensor::from(device, s, std::span<const Real>(v));
  };
  CHECK(weighted_distance(row(x, {1, 2}), row(y, {1, 2}), row(w, {2})).value.item() == 140);
}

}  // namespace triptych
