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
