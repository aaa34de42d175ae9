#include "engine/ops/detail.h"

#include <algorithm>
#include <vector>

namespace triptych::detail {

Place place_of(const char* op, std::initializer_list<const Variable*> inputs) {
  const Device* device = nullptr;
  for (const Variable* input : inputs) {
    if (!input->value) continue;
    if (!device) device = &input->device();
    if (*device != input->device()) device->fail_mixed(input->device(), op);
  }
  require(device, "{} was given an empty tensor", op);
  return {device->kernels(), device->context()};
}

int checked_axis(const char* op, const Shape& shape, int axis) {
  const int from_front = axis < 0 ? axis + shape.axes() : axis;
  require(from_front >= 0 && from_front < shape.axes(),
          "{} over axis {} of a tensor of shape {}, which has no such axis", op, axis, shape.text());
  return from_front;
}

AxisView view_axis(const Shape& shape, int axis) {
  Index outer = 1;
  for (int before = 0; before < axis; ++before) outer *= shape[before];
  return {outer, shape[axis], shape.stride(axis)};
}

Shape without_axis(const Shape& shape, int axis) {
  Shape rest;
  for (int i = 0; i < shape.axes(); ++i)
    if (i != axis) rest.append(shape[i]);
  return rest;
}

Shape broadcast_shape(const char* op, const Shape& a, const Shape& b) {
  const int axes = std::max(a.axes(), b.axes());
  Shape result;
  for (int axis = 0; axis < axes; ++axis) {
    const int ia = axis - (axes - a.axes()), ib = axis - (axes - b.axes());
    const Index size_a = ia < 0 ? 1 : a[ia], size_b = ib < 0 ? 1 : b[ib];
    require(size_a == size_b || size_a == 1 || size_b == 1,
            "{}: the shapes {} and {} do not broadcast; aligned at the last axis, sizes must be equal or 1",
            op, a.text(), b.text());
    result.append(size_a == 1 ? size_b : size_a);
  }
  return result;
}

std::vector<Index> broadcast_strides(const Shape& from, const Shape& shape) {
  std::vector<Index> strides;
  for (int axis = 0; axis < shape.axes(); ++axis) {
    const int own = axis - (shape.axes() - from.axes());
    strides.push_back(own < 0 || from[own] == 1 ? 0 : from.stride(own));
  }
  return strides;
}

namespace {

// Merges neighbouring axes that both arrays traverse with one stride; removes axes of size 1.
std::vector<StridedAxis> merged(std::span<const StridedAxis> axes) {
  std::vector<StridedAxis> result;
  for (const StridedAxis& axis : axes) {
    if (axis.size == 1) continue;
    if (!result.empty()) {
      StridedAxis& outer = result.back();
      if (outer.a == axis.size * axis.a && outer.b == axis.size * axis.b) {
        outer = {outer.size * axis.size, axis.a, axis.b};
        continue;
      }
    }
    result.push_back(axis);
  }
  return result;
}

StridedShape shape_of(std::span<const StridedAxis> axes) {
  StridedShape shape;
  int slot = 4 - static_cast<int>(axes.size());
  for (const StridedAxis& axis : axes) {
    shape.size[slot] = axis.size, shape.a[slot] = axis.a, shape.b[slot] = axis.b;
    ++slot;
  }
  return shape;
}

}  // namespace

StridedShape strided(const char* op, std::span<const StridedAxis> axes) {
  const std::vector<StridedAxis> rest = merged(axes);
  require(rest.size() <= 4, "{} would have to walk {} separate axes; the kernels take four", op, rest.size());
  return shape_of(rest);
}

Walk walk_over(std::span<const StridedAxis> axes) {
  std::vector<StridedAxis> rest = merged(axes);
  const std::size_t outer = rest.size() > 4 ? rest.size() - 4 : 0;
  return {shape_of(std::span(rest).subspan(outer)), {rest.begin(), rest.begin() + std::ptrdiff_t(outer)}};
}

StridedShape swapped(StridedShape shape) {
  for (int axis = 0; axis < 4; ++axis) std::swap(shape.a[axis], shape.b[axis]);
  return shape;
}

Walk swapped(Walk walk) {
  walk.inner = swapped(walk.inner);
  for (StridedAxis& axis : walk.outer) std::swap(axis.a, axis.b);
  return walk;
}

}  // namespace triptych::detail
