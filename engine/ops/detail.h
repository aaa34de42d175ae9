#pragma once
#include <initializer_list>
#include <span>

#include "engine/error.h"
#include "engine/ops.h"

// What the ops share among themselves. Not for other rooms.
namespace triptych::detail {

// Where an op runs: the device that all its inputs live on.
struct Place {
  const Kernels& kernels;
  Context& context;
};
Place place_of(const char* op,
               std::initializer_list<const Variable*> inputs);  // empty inputs are passed over

// The axis counted from the front; -1 is the last one. An Error when the shape has no such axis.
int checked_axis(const char* op, const Shape& shape, int axis);

// A shape seen as [outer, axis, inner] around one axis.
struct AxisView {
  Index outer, axis, inner;
};
AxisView view_axis(const Shape& shape, int axis);

// The last axis as columns, all others as rows.
inline Index columns_of(const Shape& shape) {
  return shape.axes() == 0 ? 1 : shape.last();
}
inline Index rows_of(const Shape& shape) {
  return columns_of(shape) == 0 ? 0 : shape.elements() / columns_of(shape);
}

struct StridedAxis {
  Index size, a, b;  // a, b: the strides of the two arrays along this axis
};
// The axes, first to last, as the kernels take them. Neighbours that both arrays walk through in one even
// stride become one axis, so that a kernel's inner loop is as long as it can be.
StridedShape strided(const char* op, std::span<const StridedAxis> axes);
StridedShape swapped(StridedShape shape);  // the arrays a and b change places

// Backward of a kernel that ASSIGNS the gradient it is given: assign(dx) writes straight into the cotangent
// of input `i` when it is the first contribution there, and into a temporary that is then added when it is
// not.
template <class Assign>
void assign_gradient(const BackwardStep& step, int i, const Shape& shape, const Assign& assign) {
  if (!step.wants(i)) return assign(nullptr);
  if (Real* dx = step.fresh_gradient(i)) return assign(dx);
  Tensor contribution(step.device(), shape);
  assign(contribution.real());
  step.kernels().add_scaled(step.context(), shape.elements(), 1, contribution.real(), step.gradient(i));
}

}  // namespace triptych::detail
