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

TEST_CASE("six axes that do not merge") {
  for (const Device& device : devices()) {
    std::vector<Real> values(8);
    for (std::size_t i = 0; i < 8; ++i) values[i] = Real(i);
    const Variable a = tensor(device, {2, 1, 2, 1, 2, 1}, values),
                   b = tensor(device, {2, 1, 2, 1, 2}, values);
    const Variable y = add(scale(a, 10), b);
    REQUIRE(y.shape() == Shape{2, 2, 2, 2, 2, 2});
    const std::vector<Real> got = y.value.values();
    for (std::size_t i = 0; i < 64; ++i) {
      const std::size_t of_a = (i >> 5 & 1) * 4 + (i >> 3 & 1) * 2 + (i >> 1 & 1),
                        of_b = (i >> 4 & 1) * 4 + (i >> 2 & 1) * 2 + (i & 1);
      CHECK(got[i] == Real(10 * of_a + of_b));
    }
  }
}

TEST_CASE("operators, by hand") {
  for (const Device& device : devices()) {
    const Variable x = tensor(device, {3}, {1, 2, -4}), y = tensor(device, {1}, {2});
    CHECK((x * x + x).value.values() == std::vector<Real>{2, 6, 12});
    CHECK((x / y).value.values() == std::vector<Real>{0.5, 1, -2});
    CHECK((y / x).value.values() == std::vector<Real>{2, 1, -0.5});
    CHECK((8 / x).value.values() == std::vector<Real>{8, 4, -2});
    CHECK((x / 4).value.values() == std::vector<Real>{0.25, 0.5, -1});
    CHECK((-x).value.values() == std::vector<Real>{-1, -2, 4});
    CHECK((x - 1).value.values() == std::vector<Real>{0, 1, -5});
    CHECK((1 - x).value.values() == std::vector<Real>{0, -1, 5});
    CHECK((1 + 2 * x * 3 - y).value.values() == std::vector<Real>{5, 11, -25});
  }
}

TEST_CASE("x * x + x on a tape") {
  for (const Device& device : devices()) {
    Tape tape;
    const Variable x = tape.input(tensor(device, {3}, {1, 2, -4}), true);
    tape.backward(sum(x * x + x));
    CHECK(tape.gradient(x).values() == std::vector<Real>{3, 5, -7});
  }
}

TEST_CASE("shapes that do not broadcast are printed") {
  Device device = Device::open("reference");
  const Variable a = Tensor::zeros(device, {2, 3}), b = Tensor::zeros(device, {2});
  CHECK(message_of([&] { multiply(a, b); }) ==
        "multiply: the shapes [2, 3] and [2] do not broadcast; aligned at the last axis, sizes must be equal "
        "or 1");
}
