#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/device.h"

namespace triptych {

// Sizes along up to six axes, the last one contiguous in memory.
class Shape {
 public:
  static constexpr int most_axes = 6;
  Shape() = default;
  Shape(std::initializer_list<Index> sizes);

  int axes() const { return axes_; }
  Index operator[](int axis) const { return sizes_[static_cast<std::size_t>(axis)]; }
  Index& operator[](int axis) { return sizes_[static_cast<std::size_t>(axis)]; }
  Index last() const { return sizes_[static_cast<std::size_t>(axes_ - 1)]; }
  Index elements() const;        // the product; 1 for no axes
  Index stride(int axis) const;  // the product of the sizes behind `axis`
  void append(Index size);
  std::string text() const;  // "[96, 26, 11, 64]"
  bool operator==(const Shape&) const = default;

 private:
  std::array<Index, most_axes> sizes_{};
  int axes_ = 0;
};

enum class Type : std::uint8_t { real, byte, int32 };

// A contiguous array on a device. A Tensor is a handle: copies share the storage, which the last handle
// returns to the device's pool, unless it was borrowed. New tensors are uninitialised unless the function
// says otherwise.
class Tensor {
 public:
  Tensor() = default;  // no storage; converts to false
  Tensor(const Device& device, const Shape& shape, Type type = Type::real);

  static Tensor zeros(const Device& device, const Shape& shape);
  static Tensor filled(const Device& device, const Shape& shape, Real value);
  // Copies host values to the device; their number must match the shape.
  static Tensor from(const Device& device, const Shape& shape, std::span<const Real> values);
  static Tensor from(const Device& device, const Shape& shape, std::initializer_list<Real> values) {
    return from(device, shape, std::span<const Real>(values.begin(), values.size()));
  }
  static Tensor from(const Device& device, const Shape& shape, std::span<const std::uint8_t> values);
  static Tensor from(const Device& device, const Shape& shape, std::span<const std::int32_t> values);
  // The array itself if the device reads host memory (Kernels::host_memory), else a copy. The array must
  // outlive every handle to it, including those on a tape, and must not be modified meanwhile.
  static Tensor borrowed(const Device& device, const Shape& shape, std::span<const Real> values);
  static Tensor borrowed(const Device& device, const Shape& shape, std::vector<Real>&& values) = delete;
  static Tensor like(const Tensor& other) { return Tensor(other.device(), other.shape(), other.type()); }

  explicit operator bool() const { return storage_ != nullptr; }
  const Shape& shape() const { return shape_; }
  Index elements() const { return shape_.elements(); }
  Type type() const { return type_; }
  const Device& device() const;
  std::size_t bytes() const;

  // Device pointers, for kernels only; the type must be the tensor's.
  Real* real() const;
  std::uint8_t* byte() const;
  std::int32_t* int32() const;

  // Copies to the host, after waiting for the device.
  std::vector<Real> values() const;
  std::vector<std::uint8_t> byte_values() const;
  std::vector<std::int32_t> int32_values() const;
  Real item() const;  // the value of a one-element tensor

  Tensor reshaped(const Shape& shape) const;  // the same storage with another shape of as many elements
  Tensor copy() const;                        // storage of its own
  void copy_from(const Tensor& other) const;  // same shape and type, possibly from another device
  void fill(Real value) const;

 private:
  struct Storage;
  void* raw(Type type) const;
  template <class T>
  static Tensor from_host(const Device& device, const Shape& shape, std::span<const T> values, Type type);
  template <class T>
  std::vector<T> to_host(Type type) const;

  Shape shape_;
  Type type_ = Type::real;
  std::shared_ptr<Storage> storage_;
};

}  // namespace triptych
