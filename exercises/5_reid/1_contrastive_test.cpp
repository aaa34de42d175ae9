#include "engine/gradient_check.h"
#include "engine/ops.h"
#include "exercises/test.h"

namespace triptych {

static Tensor row(const std::vector<Real>& values) {
  static const Device device = Device::open("reference");
  return Tensor::from(device, {static_cast<Index>(values.size())}, std::span<const Real>(values));
}

TEST_CASE("5.1 four pairs by hand") {
  const Tensor distance = row({0.5, 2.0, 0.25, 3.0}), same = row({1, 1, 0, 0});
  CHECK(contrastive_loss(distance, same, 1.0).value.item() == doctest::Approx((0.5 + 2.0 + 0.75 + 0) / 4));
}

TEST_CASE(
    "5.1 its gradient pulls pairs of one person, pushes pairs of two, and leaves those that are far alone") {
  Tape tape;
  const Variable distance = tape.input(row({0.5, 0.25, 3.0}), true);
  tape.backward(contrastive_loss(distance, row({1, 0, 0}), 1.0));
  const std::vector<Real> gradient = tape.gradient(distance).values();
  CHECK(gradient[0] == doctest::Approx(1.0 / 3));
  CHECK(gradient[1] == doctest::Approx(-1.0 / 3));
  CHECK(gradient[2] == 0);
}

TEST_CASE("5.1 a gradient check over pairs on both sides of the margin") {
  const Tensor same = row({1, 0, 1, 0, 0, 1});
  const GradientCheck check =
      check_gradients([&](const std::vector<Variable>& in) { return contrastive_loss(in[0], same, 0.7); },
                      {row({0.1, 0.2, 0.9, 0.5, 1.4, 0.65})}, {}, Random(5));
  INFO(check.worst);
  CHECK(check.passed(1e-6));
  CHECK(contrastive_loss(row({0.2, 0.2}), row({0, 0}), 0.7).value.item() == doctest::Approx(0.5));
}

}  // namespace triptych
