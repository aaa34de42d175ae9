#pragma once
#include <initializer_list>
#include <span>
#include <vector>

#include "engine/error.h"
#include "engine/ops.h"
#include "kernels/kernels.h"

// Helpers shared by the ops; not for other rooms.
namespace triptych::detail {

// The device of an op, which all its inputs must share.
struct Place {
  const Kernels& kernels;
  Context& context;
};
Place place_of(const char* op,
               std::initializer_list<const Variable*> inputs);  // empty inputs are ignored

// The axis counted from the front; -1 is the last one. An Error if the shape has no such axis.
int checked_axis(const char* op, const Shape& shape, int axis);

// A shape viewed as [outer, axis, inner] around one axis.
struct AxisView {
  Index outer, axis, inner;
};
AxisView view_axis(const Shape& shape, int axis);
Shape without_axis(const Shape& shape, int axis);

// The shape that several broadcast to, aligned at the last axis: sizes are equal or 1, and missing axes count
// as 1. If they do not, an Error prints the shapes.
Shape broadcast_shape(const char* op, const Shape& a, const Shape& b);
// The strides of an array of shape `from` along each axis of `shape`, to which it broadcasts: 0 where it is
// repeated.
std::vector<Index> broadcast_strides(const Shape& from, const Shape& shape);

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
// The axes, first to last, as the kernels expect them. Neighbouring axes that both arrays traverse with one
// stride are merged, so that a kernel's inner loop is as long as possible.
StridedShape strided(const char* op, std::span<const StridedAxis> axes);
StridedShape swapped(StridedShape shape);  // exchanges the arrays a and b

// A traversal of any number of axes by kernels that take four: after merging, a loop on the host runs over
// the outermost axes beyond four. `call(shape, a, b, k)` receives the inner four axes and the offsets of this
// part in the two strided arrays (a, b) and in a contiguous one (k).
struct Walk {
  StridedShape inner;
  std::vector<StridedAxis> outer;  // at most two: a tensor has at most six axes
};
Walk walk_over(std::span<const StridedAxis> axes);
template <class Call>
void for_each_part(const Walk& walk, const Call& call) {
  const StridedAxis one{1, 0, 0};
  const StridedAxis& i = walk.outer.size() > 1 ? walk.outer[walk.outer.size() - 2] : one;
  const StridedAxis& j = walk.outer.empty() ? one : walk.outer.back();
  for (Index k = 0; k < i.size * j.size; ++k) {
    const Index at_i = k / j.size, at_j = k % j.size;
    call(walk.inner, at_i * i.a + at_j * j.a, at_i * i.b + at_j * j.b, k * walk.inner.elements());
  }
}
Walk swapped(Walk walk);

// convolution2d with groups or a dilation (grouped_convolution.cpp).
Variable grouped_convolution2d(const Variable& x, const Variable& weight, const Variable& bias,
                               Window window);

// Backward of a kernel that ASSIGNS its gradient: assign(dx) writes directly to the cotangent of input `i` if
// this is the first contribution, else to a temporary that is then added.
template <class Assign>
void assign_gradient(const BackwardStep& step, int i, const Shape& shape, const Assign& assign) {
  if (!step.wants(i)) return assign(nullptr);
  if (Real* dx = step.fresh_gradient(i)) return assign(dx);
  Tensor contribution(step.device(), shape);
  assign(contribution.real());
  step.kernels().add_scaled(step.context(), shape.elements(), 1, contribution.real(), step.gradient(i));
}

}  // namespace triptych::detail
