#include <algorithm>
#include <array>

#include "engine/ops/detail.h"

namespace triptych {
namespace {

// Shapes are aligned at their last axes; an axis of size 1, or one that is missing in front, repeats (stride
// 0).
struct Broadcast {
  Shape shape;           // of the result
  StridedShape strides;  // of a and b, walking over the result
};

Broadcast broadcast(const char* op, const Shape& a, const Shape& b) {
  const int axes = std::max(a.axes(), b.axes());
  Broadcast result;
  std::array<detail::StridedAxis, Shape::most_axes> walk;
  for (int axis = 0; axis < axes; ++axis) {
    const int ia = axis - (axes - a.axes()), ib = axis - (axes - b.axes());
    const Index size_a = ia < 0 ? 1 : a[ia], size_b = ib < 0 ? 1 : b[ib];
    require(size_a == size_b || size_a == 1 || size_b == 1,
            "{}: the shapes {} and {} do not broadcast; aligned at the last axis, sizes must be equal or 1",
            op, a.text(), b.text());
    const Index size = size_a == 1 ? size_b : size_a;
    result.shape.append(size);
    walk[static_cast<std::size_t>(axis)] = {size, size_a == 1 ? 0 : a.stride(ia),
                                            size_b == 1 ? 0 : b.stride(ib)};
  }
  result.strides = detail::strided(op, std::span(walk).first(static_cast<std::size_t>(axes)));
  return result;
}

Tensor combine(const char* op, BinaryOp kind, const Variable& a, const Variable& b, const Broadcast& both) {
  const auto [kernels, context] = detail::place_of(op, {&a, &b});
  Tensor y(a.device(), both.shape);
  kernels.binary(context, kind, both.strides, a.value.real(), b.value.real(), y.real());
  return y;
}

}  // namespace

Variable add(const Variable& a, const Variable& b) {
  const Broadcast both = broadcast("add", a.shape(), b.shape());
  Tensor y = combine("add", BinaryOp::add, a, b, both);

  // saved: nothing. y = a + b: da += dy, db += dy, each summed over the axes along which it was repeated
  return record("add", {&a, &b}, y, [strides = both.strides](const BackwardStep& step) {
    const Real* dy = step.output_gradient().real();
    if (Real* da = step.gradient(0)) step.kernels().binary_backward(step.context(), strides, dy, nullptr, da);
    if (Real* db = step.gradient(1))
      step.kernels().binary_backward(step.context(), detail::swapped(strides), dy, nullptr, db);
  });
}

Variable subtract(const Variable& a, const Variable& b) {
  return add(a, scale(b, -1));
}

Variable multiply(const Variable& a, const Variable& b) {
  const Broadcast both = broadcast("multiply", a.shape(), b.shape());
  Tensor y = combine("multiply", BinaryOp::multiply, a, b, both);

  // saved: a, b.   y = a b:   da += dy b,   db += dy a, each summed over the axes along which it was repeated
  return record(
      "multiply", {&a, &b}, y, [a = a.value, b = b.value, strides = both.strides](const BackwardStep& step) {
        const Real* dy = step.output_gradient().real();
        if (Real* da = step.gradient(0))
          step.kernels().binary_backward(step.context(), strides, dy, b.real(), da);
        if (Real* db = step.gradient(1))
          step.kernels().binary_backward(step.context(), detail::swapped(strides), dy, a.real(), db);
      });
}

Variable scale(const Variable& x, Real factor) {
  const auto [kernels, context] = detail::place_of("scale", {&x});
  Tensor y = x.value.copy();
  kernels.scale(context, y.elements(), factor, y.real());

  // saved: the factor.   dx += factor dy
  return record("scale", {&x}, y, [factor](const BackwardStep& step) {
    const Tensor& dy = step.output_gradient();
    step.kernels().add_scaled(step.context(), dy.elements(), factor, dy.real(), step.gradient(0));
  });
}

// A new leaf on the same tape, so that parameters used behind it are still recorded.
Variable detach(const Variable& x) {
  return x.tape ? x.tape->input(x.value) : Variable(x.value);
}

}  // namespace triptych
