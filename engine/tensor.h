#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/device.h"
#include "engine/shape.h"

namespace triptych {

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
  // The same, and the host values are kept until somebody writes the tensor: reading them back does not wait
  // for the device. For targets, masks and indices, which are checked wherever they are used.
  static Tensor constant(const Device& device, const Shape& shape, std::span<const Real> values);
  static Tensor constant(const Device& device, const Shape& shape, std::span<const std::uint8_t> values);
  static Tensor constant(const Device& device, const Shape& shape, std::span<const std::int32_t> values);
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

  // Copies to the host, after waiting for the device (a `constant` does not wait).
  std::vector<Real> values() const;
  std::vector<std::uint8_t> byte_values() const;
  std::vector<std::int32_t> int32_values() const;
  Real item() const;  // the value of a one-element tensor

  Tensor reshaped(const Shape& shape) const;  // the same storage with another shape of as many elements
  Tensor copy() const;                        // storage of its own
  void copy_from(const Tensor& other) const;  // same shape and type, possibly from another device
  void fill(Real value) const;

  // How often the storage was written since it was allocated, by fill, copy_from, or a function that says so
  // with `wrote`. Whoever passes a pointer of an existing tensor to a kernel that writes it calls `wrote`: a
  // backward pass that needs the old values then reports an Error (Saved).
  std::uint64_t version() const;
  void wrote() const;

 private:
  struct Storage;
  void* raw(Type type) const;
  template <class T>
  static Tensor from_host(const Device& device, const Shape& shape, std::span<const T> values, Type type);
  template <class T>
  static Tensor kept(Tensor tensor, std::span<const T> values);
  template <class T>
  std::vector<T> to_host(Type type) const;

  Shape shape_;
  Type type_ = Type::real;
  std::shared_ptr<Storage> storage_;
};

// A tensor that a backward function keeps from the forward pass, and that must still hold the same values
// then: reading it after its storage was written is an Error that says what to do. An op captures Saved,
// never a plain Tensor.
class Saved {
 public:
  Saved() = default;
  Saved(Tensor tensor) : tensor_(std::move(tensor)), version_(tensor_ ? tensor_.version() : 0) {}  // NOLINT
  explicit operator bool() const { return static_cast<bool>(tensor_); }
  const Shape& shape() const { return tensor_.shape(); }
  Index elements() const { return tensor_.elements(); }
  const Tensor& tensor() const;                        // checks, and so do the others
  operator const Tensor&() const { return tensor(); }  // NOLINT
  Real* real() const { return tensor().real(); }
  std::uint8_t* byte() const { return tensor().byte(); }
  std::int32_t* int32() const { return tensor().int32(); }

 private:
  Tensor tensor_;
  std::uint64_t version_ = 0;
};

}  // namespace triptych
