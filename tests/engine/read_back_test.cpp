#include "engine/read_back.h"

#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("several tensors are read at once, each with its own values") {
  for (const Device& device : devices()) {
    ReadBack read;
    const std::size_t a = read.add(tensor(device, {3}, {1, 2, 3})), none = read.add(tensor(device, {0}, {})),
                      b = read.add(tensor(device, {1}, {7}));
    const Tensor late = tensor(device, {2}, {0, 0});
    const std::size_t c = read.add(late);
    late.fill(4);  // before the wait
    CHECK(contains(message_of([&] { read.values(a); }), "before it waited"));
    read.wait();
    late.fill(5);
    CHECK(std::vector<Real>(read.values(a).begin(), read.values(a).end()) == std::vector<Real>{1, 2, 3});
    CHECK(read.values(none).empty());
    CHECK(read.values(b)[0] == 7);
    CHECK(read.values(c)[1] == 4);
    CHECK(contains(message_of([&] { read.values(9); }), "tensor 9 of 4"));
    CHECK(contains(message_of([&] { read.add(late); }), "has already waited"));
  }
}

TEST_CASE("tensors of two devices are not read together") {
  const Device one = Device::open("reference"), other = Device::open("reference");
  ReadBack read;
  read.add(tensor(one, {1}, {1})), read.add(tensor(other, {1}, {1}));
  CHECK(contains(message_of([&] { read.wait(); }), "two devices"));
}

TEST_CASE("a constant reads as what it was made from, until it is written") {
  for (const Device& device : devices()) {
    const std::vector<std::int32_t> numbers = {4, 5, 6};
    const Tensor whole = Tensor::constant(device, {3}, std::span<const std::int32_t>(numbers));
    CHECK(whole.int32_values() == numbers);
    const Tensor real = Tensor::constant(device, {2, 1}, std::span<const Real>(std::vector<Real>{1, 2}));
    CHECK(real.reshaped({2}).values() == std::vector<Real>{1, 2});
    CHECK(real.copy().values() == std::vector<Real>{1, 2});
    CHECK(contains(message_of([&] { real.int32_values(); }), "used as one of int32"));
    real.fill(9);
    CHECK(real.values() == std::vector<Real>{9, 9});
  }
}
