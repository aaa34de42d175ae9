#include "engine/ops.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("layout by hand") {
  for (const Device& device : devices()) {
    const Variable x = tensor(device, {2, 3}, {1, 2, 3, 4, 5, 6});
    CHECK(transpose(x).value.values() == std::vector<Real>{1, 4, 2, 5, 3, 6});
    CHECK(transpose(x).shape() == Shape{3, 2});
    CHECK(slice(x, 1, 1, 2).value.values() == std::vector<Real>{2, 3, 5, 6});
    CHECK(slice(x, -2, 1, 1).value.values() == std::vector<Real>{4, 5, 6});
    CHECK(reshape(x, {6}).value.real() == x.value.real());
    const Variable joined = concatenate({x, slice(x, 1, 0, 1)}, 1);
    CHECK(joined.shape() == Shape{2, 4});
    CHECK(joined.value.values() == std::vector<Real>{1, 2, 3, 1, 4, 5, 6, 4});
    CHECK(concatenate({x, x}, 0).value.values() == std::vector<Real>{1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6});
    const Variable cube = tensor(device, {2, 1, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7});  // NHWC to NCHW
    CHECK(permute(cube, {0, 3, 1, 2}).value.values() == std::vector<Real>{0, 2, 1, 3, 4, 6, 5, 7});
  }
}

TEST_CASE("layout: shapes that do not fit are printed") {
  Device device = Device::open("reference");
  const Variable x = Tensor::zeros(device, {2, 3}), y = Tensor::zeros(device, {3, 2});
  CHECK(contains(message_of([&] { reshape(x, {4}); }),
                 "of shape [2, 3] cannot be seen as [4]: 6 elements are not 4"));
  CHECK(message_of([&] {
          permute(x, {0, 0});
        }) == "permute of a tensor of shape [2, 3] was given the axes {0, 0}: name each axis once");
  CHECK(message_of([&] { permute(x, {0}); }) == "permute of a tensor of shape [2, 3] was given the axes {0}");
  CHECK(contains(message_of([&] {
                   transpose(Tensor::zeros(device, {1, 2, 3}));
                 }),
                 "takes a matrix, not a tensor of shape [1, 2, 3]"));
  CHECK(message_of([&] { slice(x, 1, 2, 2); }) ==
        "slice: positions 2 to 3 of axis 1 are not all inside shape [2, 3]");
  CHECK(message_of([&] { slice(x, 2, 0, 1); }) ==
        "slice over axis 2 of a tensor of shape [2, 3], which has no such axis");
  CHECK(message_of([&] {
          concatenate({x, y}, 0);
        }) == "concatenate along axis 0: the shapes [2, 3] and [3, 2] differ in another axis");
  CHECK(message_of([&] { concatenate({}, 0); }) == "concatenate was given nothing to join");
}

TEST_CASE("stack and pad, by hand") {
  for (const Device& device : devices()) {
    const Variable a = tensor(device, {2}, {1, 2}), b = tensor(device, {2}, {3, 4});
    CHECK(stack({a, b}, 0).value.values() == std::vector<Real>{1, 2, 3, 4});
    CHECK(stack({a, b}, 1).value.values() == std::vector<Real>{1, 3, 2, 4});
    CHECK(stack({a, b, a}, -1).shape() == Shape{2, 3});
    CHECK(pad(stack({a, b}, 0), 1, 1, 2, 9).value.values() ==
          std::vector<Real>{9, 1, 2, 9, 9, 9, 3, 4, 9, 9});
    CHECK(contains(message_of([&] {
                     stack({a, stack({a, b}, 0)}, 0);
                   }),
                   "stack: the shapes [2] and [2, 2] differ"));
    CHECK(contains(message_of([&] { pad(a, 0, -1, 0); }), "counts of at least 0"));
  }
}

TEST_CASE("permute of six axes that do not merge") {
  for (const Device& device : devices()) {
    std::vector<Real> values(64);
    for (std::size_t i = 0; i < 64; ++i) values[i] = Real(i);
    const Variable x = tensor(device, {2, 2, 2, 2, 2, 2}, values);
    const Variable y = permute(x, {5, 3, 1, 4, 2, 0});
    const std::vector<Real> got = y.value.values();
    const auto bit = [](std::size_t i, int axis) { return i >> (5 - axis) & 1; };
    for (std::size_t i = 0; i < 64; ++i)
      CHECK(got[i] == Real(bit(i, 5) << 5 | bit(i, 2) << 4 | bit(i, 4) << 3 | bit(i, 1) << 2 |
                           bit(i, 3) << 1 | bit(i, 0)));
  }
}
