#include "engine/gradient_check.h"

#include <cmath>
#include <limits>

#include "kernels/kernels.h"
#include "tests/engine/helpers.h"

using namespace triptych;

namespace {

constexpr bool in_double = sizeof(Real) == 8;
const double tolerance = in_double ? 1e-6 : 0.02;

GradientCheck check(const std::function<Variable(const std::vector<Variable>&)>& function,
                    const std::vector<Tensor>& inputs, const ParameterList& parameters = {}) {
  return check_gradients(function, inputs, parameters, Random(17));
}

Tensor input(const std::vector<Real>& values) {
  static const Device device = Device::open("reference");
  return tensor(device, {static_cast<Index>(values.size())}, values);
}

// y = 3 x, with a backward that says `slope`, and adds it or assigns it.
Variable tripled(const Variable& x, Real slope, bool assigns = false) {
  return record("tripled", {&x}, scale(x.value, 3).value, [slope, assigns](const BackwardStep& step) {
    const Tensor& dy = step.output_gradient();
    if (assigns) step.kernels().fill(step.context(), dy.elements(), 0, step.gradient(0));
    step.kernels().add_scaled(step.context(), dy.elements(), slope, dy.real(), step.gradient(0));
  });
}

}  // namespace

TEST_CASE("a right backward passes") {
  const GradientCheck result = check([](const auto& in) { return tripled(in[0], 3); }, {input({1, 2, -3})});
  CHECK(result.passed(tolerance));
  CHECK(result.checked == 3);
  CHECK(result.skipped == 0);
}

TEST_CASE("the worst element is shown even when rounding explains it, with where it lies axis by axis") {
  const GradientCheck result =
      check([](const auto& in) { return tanh(in[0]); },
            {tensor(Device::open("reference"), {2, 3}, {Real(0.1), Real(0.2), Real(0.3), Real(0.4), 1, 2})});
  CHECK(result.passed(tolerance));
  REQUIRE(result.elements.size() == 6);
  const CheckedElement& worst = result.elements.at(static_cast<std::size_t>(result.worst_at));
  CHECK(contains(result.worst, worst.place() + ": backward says "));
  CHECK(result.elements[5].place() == "input 0, element [1, 2]");
  CHECK(result.elements[5].value == 2);
  for (const CheckedElement& element : result.elements) {
    CHECK(element.error <= result.relative_error);
    CHECK(element.backward == doctest::Approx(element.differences).epsilon(tolerance));
    CHECK(element.backward == doctest::Approx(element.added).epsilon(tolerance));
    CHECK(std::abs(element.backward - element.differences) <= std::abs(worst.backward - worst.differences));
  }
}

TEST_CASE("a wrong backward fails, and the message shows both slopes") {
  const GradientCheck result =
      check([](const auto& in) { return tripled(in[0], Real(3.3)); }, {input({1, 2, -3})});
  CHECK_FALSE(result.passed(tolerance));
  CHECK(result.relative_error > 0.05);
  CHECK(contains(result.worst, "input 0, element "));
  CHECK(contains(result.worst, "backward says "));
}

TEST_CASE("a backward that is wrong in the sixth digit fails in double") {
  if constexpr (!in_double) return;
  const auto slightly = [](Real error) {
    return check([error](const auto& in) { return tripled(in[0], 3 * (1 + error)); }, {input({1, 2, -3})});
  };
  CHECK_FALSE(slightly(Real(3e-6)).passed(1e-6));
  CHECK(slightly(Real(3e-7)).passed(1e-6));
}

TEST_CASE("a backward that is wrong in one element of many fails") {
  const auto function = [](const auto& in) {
    const Variable& x = in[0];
    return record("doubled", {&x}, scale(x.value, 2).value, [](const BackwardStep& step) {
      const Tensor& dy = step.output_gradient();
      step.kernels().add_scaled(step.context(), dy.elements() - 1, 2, dy.real(), step.gradient(0));
    });
  };
  const GradientCheck result = check(function, {input({1, 2, 3, 4, 5})});
  CHECK_FALSE(result.passed(tolerance));
  CHECK(contains(result.worst, "input 0, element [4]: backward says 0"));
}

TEST_CASE("a backward that assigns in place of adding fails") {
  const GradientCheck result =
      check([](const auto& in) { return tripled(in[0], 3, true); }, {input({1, 2, -3})});
  CHECK_FALSE(result.passed(tolerance));
  CHECK(contains(result.worst, "backward adds "));
}

TEST_CASE("NaN fails, in forward and in backward") {
  const Real nan = std::numeric_limits<Real>::quiet_NaN();
  const GradientCheck backward =
      check([nan](const auto& in) { return tripled(in[0], nan); }, {input({1, 2})});
  CHECK(std::isnan(backward.relative_error));
  CHECK_FALSE(backward.passed(1e9));
  const GradientCheck forward = check([](const auto& in) { return scale(in[0], 2); }, {input({1, nan})});
  CHECK_FALSE(forward.passed(1e9));
}

TEST_CASE("kinks are stepped over, and a check of nothing else fails") {
  const GradientCheck some = check([](const auto& in) { return relu(in[0]); }, {input({1, 0, -2, 3})});
  CHECK(some.skipped == 1);
  CHECK(some.passed(tolerance));
  const GradientCheck all = check([](const auto& in) { return relu(in[0]); }, {input({0, 0})});
  CHECK(all.skipped == 2);
  CHECK_FALSE(all.passed(tolerance));
}

TEST_CASE("a kink anywhere within a step is stepped over, however small its share of the slope") {
  if constexpr (!in_double) return;
  for (int i = -19; i <= 19; ++i) {
    const Real offset = Real(i) / 20 * Real(1e-4);
    // Many smooth contributions and one that has its kink at `offset`.
    const auto function = [offset](const auto& in) {
      const Variable shifted = add(in[0], input({-offset}));
      return concatenate({scale(in[0], 3), relu(shifted), tanh(in[0])}, 0);
    };
    const GradientCheck result = check(function, {input({0})});
    CAPTURE(i);
    CHECK(result.skipped == 1);
  }
}

TEST_CASE("parameters are checked too, frozen ones are not; the gradients are clear afterwards") {
  Device device = Device::open("reference");
  Parameter w(tensor(device, {2, 2}, {1, 2, 3, 4})), frozen = Parameter::buffer(tensor(device, {2}, {5, 6}));
  const Tensor before = w.value.copy();
  const ParameterList list{{"w", &w}, {"frozen", &frozen}};
  const auto right = [&](const auto& in) {
    return add(tanh(matmul(in[0], use(w, in[0]))), use(frozen, in[0]));
  };
  const Tensor x = tensor(device, {1, 2}, {Real(0.1), Real(-0.2)});
  const GradientCheck result = check(right, {x}, list);
  CHECK(result.passed(tolerance));
  CHECK(result.checked == 6);
  CHECK(w.gradient.values() == std::vector<Real>(4, 0));
  CHECK(w.value.values() == before.values());

  const GradientCheck wrong = check([&](const auto& in) { return add(in[0], tripled(use(w, in[0]), 1)); },
                                    {tensor(device, {2, 2}, {1, 1, 1, 1})}, list);
  CHECK_FALSE(wrong.passed(tolerance));
  CHECK(contains(wrong.worst, "parameter w, element "));
}

TEST_CASE("large inputs are sampled") {
  GradientCheckOptions options;
  options.most_elements = 10;
  const GradientCheck result =
      check_gradients([](const auto& in) { return scale(in[0], 2); },
                      {Tensor::zeros(Device::open("reference"), {50})}, {}, Random(1), options);
  CHECK(result.checked == 10);
}

TEST_CASE("a result that does not depend on the inputs is refused") {
  const Tensor constant = input({1});
  CHECK(contains(message_of([&] { check([&](const auto&) { return Variable(constant); }, {constant}); }),
                 "does not depend"));
}
