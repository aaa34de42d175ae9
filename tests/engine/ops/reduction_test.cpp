#include "engine/ops.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("reductions by hand") {
  for (const Device& device : devices()) {
    const Variable x = tensor(device, {2, 3}, {1, 5, 3, 4, 2, 6});
    CHECK(sum(x).value.values() == std::vector<Real>{21});
    CHECK(sum(x).shape() == Shape{1});
    CHECK(mean(x).value.item() == doctest::Approx(3.5));
    CHECK(sum(x, 0).value.values() == std::vector<Real>{5, 7, 9});
    CHECK(mean(x, 1).value.values() == std::vector<Real>{3, 4});
    CHECK(max(x, 1).value.values() == std::vector<Real>{5, 6});
    CHECK(max(x, -2).value.values() == std::vector<Real>{4, 5, 6});
    CHECK(sum(tensor(device, {2}, {1, 2}), 0).shape() == Shape{});
    CHECK(sum(tensor(device, {0, 2}, {}), 0).value.values() == std::vector<Real>{0, 0});
  }
}

TEST_CASE("on a tie the first one wins, alone") {
  for (const Device& device : devices()) {
    Tape tape;
    const Variable x = tape.input(tensor(device, {3}, {7, 7, 1}), true);
    tape.backward(max(x, 0));
    CHECK(tape.gradient(x).values() == std::vector<Real>{1, 0, 0});
  }
}

TEST_CASE("reductions: what cannot be reduced is printed") {
  Device device = Device::open("reference");
  const Variable x = Tensor::zeros(device, {2, 3}), empty = Tensor::zeros(device, {2, 0});
  CHECK(message_of([&] { sum(x, 2); }) ==
        "sum over axis 2 of a tensor of shape [2, 3], which has no such axis");
  CHECK(message_of([&] { mean(x, -3); }) ==
        "mean over axis -3 of a tensor of shape [2, 3], which has no such axis");
  CHECK(message_of([&] { max(empty, 1); }) ==
        "max over axis 1 of a tensor of shape [2, 0]: there is nothing to choose from");
  CHECK(message_of([&] { mean(empty); }) == "mean of a tensor of shape [2, 0]: there is nothing to average");
}

TEST_CASE("argmax names the first of the largest") {
  for (const Device& device : devices()) {
    const Tensor x = tensor(device, {2, 3}, {1, 5, 5, 7, 2, 3});
    CHECK(argmax(x, 1).int32_values() == std::vector<std::int32_t>{1, 0});
    CHECK(argmax(x, 0).int32_values() == std::vector<std::int32_t>{1, 0, 0});
    CHECK(argmax(x, -1).shape() == Shape{2});
  }
}
