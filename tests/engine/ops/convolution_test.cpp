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

// The same by convolutions that have neither: groups one after another, a dilation as zeros between the taps.
TEST_CASE("groups and dilation, against plain convolutions") {
  for (const Device& device : devices()) {
    const auto numbers = [&](const Shape& shape, int seed) {
      std::vector<Real> values(static_cast<std::size_t>(shape.elements()));
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = Real((i * 37 + std::size_t(seed)) % 17) - 8;
      return Variable(tensor(device, shape, values));
    };
    const Variable x = numbers({2, 6, 7, 4}, 1), bias = numbers({4}, 2);
    for (const Index groups : {1, 2, 4}) {
      CAPTURE(groups);
      const Variable w = numbers({3, 2, 4 / groups, 4}, 3);
      std::vector<Variable> parts;
      for (Index g = 0; g < groups; ++g)
        parts.push_back(convolution2d(slice(x, 3, g * 4 / groups, 4 / groups),
                                      slice(w, 3, g * 4 / groups, 4 / groups),
                                      slice(bias, 0, g * 4 / groups, 4 / groups), {2, 1}));
      const Variable y = convolution2d(x, w, bias, {.stride = 2, .pad = 1, .groups = groups});
      CHECK(y.value.values() == concatenate(parts, 3).value.values());

      Variable spread = concatenate({slice(w, 0, 0, 1), scale(slice(w, 0, 0, 1), 0), slice(w, 0, 1, 1),
                                     scale(slice(w, 0, 0, 1), 0), slice(w, 0, 2, 1)},
                                    0);
      spread =
          concatenate({slice(spread, 1, 0, 1), scale(slice(spread, 1, 0, 1), 0), slice(spread, 1, 1, 1)}, 1);
      const Window window{.stride = 1, .pad = 2, .dilation = 2, .groups = groups};
      const std::vector<Real> got = convolution2d(x, w, Variable(), window).value.values();
      const std::vector<Real> plain =
          convolution2d(x, spread, Variable(), {.stride = 1, .pad = 2, .groups = groups}).value.values();
      REQUIRE(got.size() == plain.size());
      // Not the same bits: some instruction sets compute the plain 5 x 3 convolution by Winograd's algorithm.
      for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == doctest::Approx(plain[i]).epsilon(1e-4));
    }
    CHECK(contains(message_of([&] {
                     convolution2d(x, numbers({3, 3, 4, 4}, 1), bias, {.groups = 3});
                   }),
                   "in 3 groups takes x [n, h, w, in]"));
    CHECK(contains(message_of([&] {
                     convolution2d(x, numbers({3, 3, 4, 4}, 1), bias, {.dilation = 4});
                   }),
                   "with a dilation of 4 is larger than the image 6 x 7"));
  }
}
