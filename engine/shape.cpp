#include "engine/shape.h"

#include <fmt/ranges.h>

#include "engine/error.h"

namespace triptych {

Shape::Shape(std::initializer_list<Index> sizes) {
  for (const Index size : sizes) append(size);
}

void Shape::append(Index size) {
  require(axes_ < most_axes, "a tensor has at most {} axes", most_axes);
  sizes_[static_cast<std::size_t>(axes_++)] = size;
  check();
}

void Shape::set(int axis, Index size) {
  if (axis < 0 || axis >= axes_) fail_axis(axis);
  sizes_[static_cast<std::size_t>(axis)] = size;
  check();
}

void Shape::check() const {
  Index product = 1;
  for (int axis = 0; axis < axes_; ++axis) {
    const Index size = (*this)[axis];
    require(size >= 0, "a tensor cannot have an axis of size {}", size);
    if (size == 0) continue;
    require(product <= most_elements / size,
            "a tensor of shape {} has more elements than any device can store; is a size wrong?", text());
    product *= size;
  }
}

Index Shape::elements() const {
  Index product = 1;
  for (int axis = 0; axis < axes_; ++axis) product *= (*this)[axis];
  return product;
}

Index Shape::stride(int axis) const {
  Index product = 1;
  for (int behind = axis + 1; behind < axes_; ++behind) product *= (*this)[behind];
  return product;
}

std::string Shape::text() const {
  return fmt::format("[{}]", fmt::join(sizes_.begin(), sizes_.begin() + axes_, ", "));
}

void Shape::fail_axis(int axis) const {
  fail("axis {} of a tensor of shape {}, which has {} axes", axis, text(), axes_);
}

}  // namespace triptych
