#include "engine/ops.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("broadcasting, by hand") {
  for (const Device& device : devices()) {
    const Variable column = tensor(device, {2, 1}, {10, 20}), row = tensor(device, {3}, {1, 2, 3});
    const Variable table = add(column, row);
    CHECK(table.shape() == Shape{2, 3});
    CHECK(table.value.values() == std::vector<Real>{11, 12, 13, 21, 22, 23});
    CHECK(subtract(table, row).value.values() == std::vector<Real>{10, 10, 10, 20, 20, 20});
    CHECK(multiply(row, tensor(device, {1}, {2})).value.values() == std::vector<Real>{2, 4, 6});
    CHECK(scale(row, -1).value.values() == std::vector<Real>{-1, -2, -3});
    CHECK(add(tensor(device, {}, {1}), row).shape() == Shape{3});
  }
}

TEST_CASE("six axes, as long as they walk evenly") {
  Device device = Device::open("reference");
  const Variable x = Tensor::filled(device, {1, 2, 3, 1, 2, 2}, 1), y = Tensor::filled(device, {2, 2}, 2);
  CHECK(add(x, y).shape() == Shape{1, 2, 3, 1, 2, 2});
  CHECK(add(x, y).value.values() == std::vector<Real>(24, 3));
  const Variable a = Tensor::zeros(device, {2, 1, 2, 1, 2, 1}), b = Tensor::zeros(device, {1, 2, 1, 2, 1, 2});
  CHECK(message_of([&] { add(a, b); }) == "add would have to walk 6 separate axes; the kernels take four");
}

TEST_CASE("shapes that do not broadcast are printed") {
  Device device = Device::open("reference");
  const Variable a = Tensor::zeros(device, {2, 3}), b = Tensor::zeros(device, {2});
  CHECK(message_of([&] { multiply(a, b); }) ==
        "multiply: the shapes [2, 3] and [2] do not broadcast; aligned at the last axis, sizes must be equal "
        "or 1");
}
