#include "engine/gradient_check.h"
#include "engine/ops.h"
#include "exercises/test.h"

namespace triptych {

TEST_CASE("2.1 the slope of tanh at 0.5") {
  Tape tape;
  const std::vector<Real> half = {0.5};
  const Variable x =
      tape.input(Tensor::from(Device::open("reference"), {1}, std::span<const Real>(half)), true);
  tape.backward(sum(tanh_op(x)));
  CHECK(tape.gradient(x).item() == doctest::Approx(0.78644773296592741));  // 1 - tanh(0.5)^2
}

TEST_CASE("2.1 backward is the derivative of forward, and adds") {
  Random random(1);
  std::vector<Real> values(12);
  for (Real& value : values) value = random.normal();
  const Tensor x = Tensor::from(Device::open("reference"), {3, 4}, std::span<const Real>(values));
  const GradientCheck check =
      check_gradients([](const std::vector<Variable>& in) { return tanh_op(in[0]); }, {x}, {}, random);
  INFO(check.worst);
  CHECK(check.passed(1e-6));
}

}  // namespace triptych
