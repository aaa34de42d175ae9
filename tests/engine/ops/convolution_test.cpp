#include "engine/ops.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("convolution with and without pooling, by hand") {
  for (const Device& device : devices()) {
    const Variable x = tensor(device, {1, 2, 3, 1}, {1, 2, 3, 4, 5, 6});
    const Variable w = tensor(device, {2, 2, 1, 1}, {1, 10, 100, 1000});
    CHECK(convolution2d(x, w, Variable(), {}).value.values() == std::vector<Real>{5421, 6532});
    const Variable bias = tensor(device, {1}, {-5000});
    CHECK(convolution2d(x, w, bias, {}).value.values() == std::vector<Real>{421, 1532});
    // With padding 1 the output is 3 x 4: one row of two windows, each won by its lower right corner.
    const Variable y = convolution2d_activation_pool(x, w, bias, {1, 1}, Activation::relu);
    CHECK(y.shape() == Shape{1, 1, 2, 1});
    CHECK(y.value.values() == std::vector<Real>{421, 1532});
  }
}

TEST_CASE("convolution: shapes that do not fit are printed") {
  Device device = Device::open("reference");
  const auto zeros = [&](const Shape& shape) { return Variable(Tensor::zeros(device, shape)); };
  const Variable x = zeros({1, 4, 4, 3}), w = zeros({3, 3, 3, 2});
  CHECK(message_of([&] {
          convolution2d(x, zeros({3, 3, 4, 2}), Variable(), {});
        }) ==
        "convolution2d takes x [n, h, w, in] and a weight [kh, kw, in, out], not [1, 4, 4, 3] and [3, 3, 4, "
        "2]");
  CHECK(message_of([&] { convolution2d(x, w, zeros({3}), {}); }) ==
        "convolution2d with a weight [3, 3, 3, 2] takes a bias [2], not [3]");
  CHECK(contains(message_of([&] { convolution2d(x, w, Variable(), {0, 0}); }), "a stride of 1 or more"));
  CHECK(message_of([&] {
          convolution2d(x, zeros({5, 5, 3, 2}), Variable(), {});
        }) == "convolution2d: the kernel 5 x 5 is larger than the image 4 x 4 with its padding of 0");
  CHECK(contains(message_of([&] {
                   convolution2d_activation_pool(x, zeros({4, 4, 3, 2}), Variable(), {}, Activation::relu);
                 }),
                 "an image of 1 x 1 has no 2x2 window"));
  CHECK(contains(message_of([&] { convolution2d_activation_pool(x, w, Variable(), {}, Activation::gelu); }),
                 "pool after it"));
}
