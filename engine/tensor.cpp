#include "engine/tensor.h"

#include <cstring>

#include "engine/error.h"
#include "kernels/kernels.h"

namespace triptych {

struct Tensor::Storage {
  Device device;
  StoragePool::Block block;
  bool owned = true;
  std::uint64_t version = 0;
  std::vector<std::byte> kept;  // of a constant: its values on the host
  Storage(const Device& on, std::size_t bytes) : device(on), block(on.take(bytes)) {}
  Storage(const Device& on, std::span<const Real> values)
      : device(on), block{const_cast<Real*>(values.data()), values.size_bytes()}, owned(false) {}
  ~Storage() {
    if (owned) device.pool().give_back(block);
  }
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
};

namespace {
void require_count(const Shape& shape, std::size_t values) {
  require(static_cast<Index>(values) == shape.elements(), "a tensor of shape {} takes {} values, not {}",
          shape.text(), shape.elements(), values);
}

std::size_t element_bytes(Type type) {
  switch (type) {
    case Type::real:
      return sizeof(Real);
    case Type::byte:
      return 1;
    case Type::int32:
      return 4;
  }
  return 0;
}
}  // namespace

Tensor::Tensor(const Device& device, const Shape& shape, Type type)
    : shape_(shape),
      type_(type),
      storage_(std::make_shared<Storage>(device,
                                         static_cast<std::size_t>(shape.elements()) * element_bytes(type))) {}

Tensor Tensor::zeros(const Device& device, const Shape& shape) {
  return filled(device, shape, 0);
}

Tensor Tensor::filled(const Device& device, const Shape& shape, Real value) {
  Tensor result(device, shape);
  result.fill(value);
  return result;
}

template <class T>
Tensor Tensor::from_host(const Device& device, const Shape& shape, std::span<const T> values, Type type) {
  require_count(shape, values.size());
  Tensor result(device, shape, type);
  if (!values.empty())
    device.kernels().copy_in(device.context(), result.raw(type), values.data(), values.size_bytes());
  return result;
}

Tensor Tensor::from(const Device& device, const Shape& shape, std::span<const Real> values) {
  return from_host(device, shape, values, Type::real);
}
Tensor Tensor::from(const Device& device, const Shape& shape, std::span<const std::uint8_t> values) {
  return from_host(device, shape, values, Type::byte);
}
Tensor Tensor::from(const Device& device, const Shape& shape, std::span<const std::int32_t> values) {
  return from_host(device, shape, values, Type::int32);
}

// Devices that read host memory need no copy.
template <class T>
Tensor Tensor::kept(Tensor tensor, std::span<const T> values) {
  const auto bytes = std::as_bytes(values);
  if (!tensor.device().kernels().host_memory) tensor.storage_->kept.assign(bytes.begin(), bytes.end());
  return tensor;
}

Tensor Tensor::constant(const Device& device, const Shape& shape, std::span<const Real> values) {
  return kept(from(device, shape, values), values);
}
Tensor Tensor::constant(const Device& device, const Shape& shape, std::span<const std::uint8_t> values) {
  return kept(from(device, shape, values), values);
}
Tensor Tensor::constant(const Device& device, const Shape& shape, std::span<const std::int32_t> values) {
  return kept(from(device, shape, values), values);
}

Tensor Tensor::borrowed(const Device& device, const Shape& shape, std::span<const Real> values) {
  if (!device.kernels().host_memory) return from(device, shape, values);
  require_count(shape, values.size());
  Tensor result;
  result.shape_ = shape;
  result.storage_ = std::make_shared<Storage>(device, values);
  return result;
}

const Device& Tensor::device() const {
  require(storage_ != nullptr, "an empty tensor was used");
  return storage_->device;
}

std::size_t Tensor::bytes() const {
  return static_cast<std::size_t>(elements()) * element_bytes(type_);
}

void* Tensor::raw(Type type) const {
  static constexpr const char* names[] = {"real", "byte", "int32"};
  require(storage_ != nullptr, "an empty tensor was used");
  require(type == type_, "a tensor of {} was used as one of {}", names[static_cast<int>(type_)],
          names[static_cast<int>(type)]);
  return storage_->block.memory;
}
Real* Tensor::real() const {
  return static_cast<Real*>(raw(Type::real));
}
std::uint8_t* Tensor::byte() const {
  return static_cast<std::uint8_t*>(raw(Type::byte));
}
std::int32_t* Tensor::int32() const {
  return static_cast<std::int32_t*>(raw(Type::int32));
}

template <class T>
std::vector<T> Tensor::to_host(Type type) const {
  std::vector<T> values(static_cast<std::size_t>(elements()));
  if (const void* from = raw(type); from && !storage_->kept.empty()) {
    std::memcpy(values.data(), storage_->kept.data(), bytes());
    return values;
  }
  if (!values.empty()) device().kernels().copy_out(device().context(), values.data(), raw(type), bytes());
  device().synchronise();
  return values;
}
std::vector<Real> Tensor::values() const {
  return to_host<Real>(Type::real);
}
std::vector<std::uint8_t> Tensor::byte_values() const {
  return to_host<std::uint8_t>(Type::byte);
}
std::vector<std::int32_t> Tensor::int32_values() const {
  return to_host<std::int32_t>(Type::int32);
}

Real Tensor::item() const {
  require(elements() == 1, "a single number was asked of a tensor of shape {}", shape_.text());
  return values()[0];
}

Tensor Tensor::reshaped(const Shape& shape) const {
  require(shape.elements() == elements(), "a tensor of shape {} cannot be seen as {}: {} elements are not {}",
          shape_.text(), shape.text(), elements(), shape.elements());
  Tensor result = *this;
  result.shape_ = shape;
  return result;
}

Tensor Tensor::copy() const {
  Tensor result = like(*this);
  result.copy_from(*this);
  return result;
}

void Tensor::copy_from(const Tensor& other) const {
  require(other.shape() == shape_ && other.type() == type_,
          "a tensor of shape {} was copied into one of shape {}", other.shape().text(), shape_.text());
  if (elements() == 0) return;
  wrote();
  if (other.device() == device()) {
    device().kernels().copy(device().context(), raw(type_), other.raw(type_), bytes());
    return;
  }
  std::vector<std::byte> host(bytes());
  other.device().kernels().copy_out(other.device().context(), host.data(), other.raw(type_), bytes());
  other.device().synchronise();
  device().kernels().copy_in(device().context(), raw(type_), host.data(), bytes());
}

std::uint64_t Tensor::version() const {
  require(storage_ != nullptr, "an empty tensor was used");
  return storage_->version;
}

void Tensor::wrote() const {
  require(storage_ != nullptr, "an empty tensor was used");
  ++storage_->version;
  storage_->kept = {};
}

const Tensor& Saved::tensor() const {
  require(!tensor_ || tensor_.version() == version_,
          "a tensor of shape {} that backward needs was written after the forward pass (by an optimizer "
          "step, fill or copy_from); run backward first, or give the op a copy()",
          tensor_.shape().text());
  return tensor_;
}

void Tensor::fill(Real value) const {
  wrote();
  device().kernels().fill(device().context(), elements(), value, real());
}

}  // namespace triptych
