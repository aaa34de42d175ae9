#pragma once
#include <array>
#include <initializer_list>
#include <string>

#include "kernels/real.h"

namespace triptych {

// Sizes along up to six axes, the last one contiguous in memory. Always valid: a negative size, a seventh
// axis, or more elements than can be counted (an axis of size 0 does not excuse the others) is an Error where
// the shape is made or changed, and so is an axis that it does not have.
class Shape {
 public:
  static constexpr int most_axes = 6;
  static constexpr Index most_elements = Index(1) << 56;  // so that bytes and strides fit 64 bits

  Shape() = default;
  Shape(std::initializer_list<Index> sizes);

  int axes() const { return axes_; }
  Index operator[](int axis) const {
    if (axis < 0 || axis >= axes_) fail_axis(axis);
    return sizes_[static_cast<std::size_t>(axis)];
  }
  Index last() const { return (*this)[axes_ - 1]; }
  Index elements() const;        // the product; 1 for no axes
  Index stride(int axis) const;  // the product of the sizes behind `axis`
  void append(Index size);
  void set(int axis, Index size);
  std::string text() const;  // "[96, 26, 11, 64]"
  bool operator==(const Shape&) const = default;

 private:
  [[noreturn]] void fail_axis(int axis) const;
  void check() const;

  std::array<Index, most_axes> sizes_{};
  int axes_ = 0;
};

}  // namespace triptych
