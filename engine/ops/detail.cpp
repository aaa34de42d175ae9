#include "engine/ops/detail.h"

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

StridedShape strided(const char* op, std::span<const StridedAxis> axes) {
  std::vector<StridedAxis> merged;
  for (const StridedAxis& axis : axes) {
    if (axis.size == 1) continue;
    if (!merged.empty()) {
      StridedAxis& outer = merged.back();
      if (outer.a == axis.size * axis.a && outer.b == axis.size * axis.b) {
        outer = {outer.size * axis.size, axis.a, axis.b};
        continue;
      }
    }
    merged.push_back(axis);
  }
  require(merged.size() <= 4, "{} would have to walk {} separate axes; the kernels take four", op,
          merged.size());
  StridedShape shape;
  int slot = 4 - static_cast<int>(merged.size());
  for (const StridedAxis& axis : merged) {
    shape.size[slot] = axis.size, shape.a[slot] = axis.a, shape.b[slot] = axis.b;
    ++slot;
  }
  return shape;
}

StridedShape swapped(StridedShape shape) {
  for (int axis = 0; axis < 4; ++axis) std::swap(shape.a[axis], shape.b[axis]);
  return shape;
}

}  // namespace triptych::detail
