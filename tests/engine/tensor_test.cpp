#include "engine/tensor.h"

#include "kernels/kernels.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("shapes") {
  const Shape shape{2, 3, 4};
  CHECK(shape.elements() == 24);
  CHECK(shape.stride(0) == 12);
  CHECK(shape.stride(2) == 1);
  CHECK(shape.last() == 4);
  CHECK(shape.text() == "[2, 3, 4]");
  CHECK(Shape{}.elements() == 1);
  CHECK(Shape{}.text() == "[]");
  CHECK(shape == Shape{2, 3, 4});
  CHECK_FALSE(shape == Shape{2, 3, 4, 1});
  CHECK(contains(message_of([] { Shape({1, 1, 1, 1, 1, 1, 1}); }), "at most 6 axes"));
  CHECK(contains(message_of([] { Shape({2, -1}); }), "an axis of size -1"));
}

TEST_CASE("a tensor is a handle: copies share, copy() does not") {
  for (const Device& device : devices()) {
    const Tensor a = tensor(device, {2, 2}, {1, 2, 3, 4});
    const Tensor shared = a.reshaped({4}), own = a.copy();
    a.fill(7);
    CHECK(shared.values() == std::vector<Real>{7, 7, 7, 7});
    CHECK(own.values() == std::vector<Real>{1, 2, 3, 4});
    CHECK(shared.shape() == Shape{4});
  }
}

TEST_CASE("bytes, integers and no elements at all") {
  for (const Device& device : devices()) {
    CHECK(bytes(device, {3}, {1, 0, 255}).byte_values() == std::vector<std::uint8_t>{1, 0, 255});
    CHECK(integers(device, {2}, {-5, 70000}).int32_values() == std::vector<std::int32_t>{-5, 70000});
    CHECK(tensor(device, {0, 3}, {}).values().empty());
    CHECK(tensor(device, {0, 3}, {}).copy().shape() == Shape{0, 3});
    CHECK(tensor(device, {1}, {9}).item() == 9);
  }
}

TEST_CASE("tensors travel between devices") {
  for (const Device& from : devices())
    for (const Device& to : devices()) {
      const Tensor source = tensor(from, {2}, {1, 2}), target = Tensor::zeros(to, {2});
      target.copy_from(source);
      CHECK(target.values() == std::vector<Real>{1, 2});
    }
}

TEST_CASE("a borrowed tensor is the host's own array where the device can read that, else a copy") {
  const std::vector<Real> values = {1, 2, 3};
  for (const Device& device : devices()) {
    const std::size_t in_use = device.pool().bytes_in_use();
    {
      const Tensor t = Tensor::borrowed(device, {3}, values);
      CHECK((t.real() == values.data()) == device.kernels().host_memory);
      CHECK((device.pool().bytes_in_use() == in_use) == device.kernels().host_memory);
      CHECK(t.copy().values() == values);
    }
    CHECK(device.pool().bytes_in_use() == in_use);
    CHECK_THROWS_WITH(Tensor::borrowed(device, {2}, values), "a tensor of shape [2] takes 2 values, not 3");
  }
}

TEST_CASE("storage goes back to the pool with the last handle, and is taken again") {
  Device device = Device::open("reference");
  const std::size_t before = device.pool().bytes_in_use();
  Tensor a(device, {1000});
  const Real* memory = a.real();
  Tensor b = a;
  a = Tensor();
  CHECK(device.pool().bytes_in_use() >= before + 1000 * sizeof(Real));
  b = Tensor();
  CHECK(device.pool().bytes_in_use() == before);
  const std::size_t allocations = device.pool().system_allocations();
  CHECK(Tensor(device, {1000}).real() == memory);
  CHECK(device.pool().system_allocations() == allocations);
}

TEST_CASE("a tensor that is misused says how") {
  Device device = Device::open("reference");
  const Tensor a = tensor(device, {2, 2}, {1, 2, 3, 4});
  CHECK(
      contains(message_of([&] { tensor(device, {3}, {1}); }), "a tensor of shape [3] takes 3 values, not 1"));
  CHECK(contains(message_of([&] { a.byte(); }), "a tensor of real was used as one of byte"));
  CHECK(contains(message_of([&] { a.item(); }), "of a tensor of shape [2, 2]"));
  CHECK(contains(message_of([&] { a.reshaped({3}); }),
                 "of shape [2, 2] cannot be seen as [3]: 4 elements are not 3"));
  CHECK(contains(message_of([&] { a.copy_from(tensor(device, {1}, {1})); }),
                 "of shape [1] was copied into one of shape [2, 2]"));
  CHECK(contains(message_of([&] { Tensor().real(); }), "an empty tensor"));
}
