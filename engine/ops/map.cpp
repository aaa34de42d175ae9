#include <limits>

#include "engine/ops/detail.h"

namespace triptych {
namespace {

Variable map(const char* op, const MapRule& rule, const Variable& x) {
  const auto [kernels, context] = detail::place_of(op, {&x});
  Tensor y = Tensor::like(x.value);
  kernels.map_forward(context, rule, y.elements(), x.value.real(), y.real());

  // saved: x, y.   y = f(x), number by number:   dx += dy f'(x)
  return record(op, {&x}, y, [rule, x = Saved(x.value), y = Saved(y)](const BackwardStep& step) {
    step.kernels().map_backward(step.context(), rule, y.elements(), x.real(), y.real(),
                                step.output_gradient().real(), step.gradient(0));
  });
}

}  // namespace

Variable exp(const Variable& x) {
  return map("exp", {Map::exp}, x);
}
Variable log(const Variable& x) {
  return map("log", {Map::log}, x);
}
Variable sqrt(const Variable& x) {
  return map("sqrt", {Map::sqrt}, x);
}
Variable abs(const Variable& x) {
  return map("abs", {Map::abs}, x);
}
Variable pow(const Variable& x, Real exponent) {
  return map("pow", {Map::power, exponent}, x);
}
Variable clamp(const Variable& x, Real low, Real high) {
  require(low <= high, "clamp takes a lower bound and an upper one, not {} and {}", low, high);
  return map("clamp", {Map::clamp, low, high}, x);
}

}  // namespace triptych
