#include "engine/ops.h"
#include "engine/random.h"
#include "exercises/test.h"

namespace triptych {

static std::vector<double> numbers(Index n, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> values(n);
  for (double& value : values) value = random.normal();
  return values;
}

TEST_CASE("1.2 an image of 2 x 3 under a window of 2 x 2") {
  const ConvolutionShape shape{1, 2, 3, 1, 1, 2, 2, 1, 0};
  const std::vector<double> x = {1, 2, 3, 4, 5, 6};
  CHECK(patches_of(shape, x) == std::vector<double>{1, 2, 4, 5, 2, 3, 5, 6});
}

TEST_CASE("1.2 beyond the border there are zeros") {
  const ConvolutionShape shape{1, 1, 2, 1, 1, 1, 3, 1, 1};
  // height 1, pad 1: the first and the last row of windows see nothing
  CHECK(patches_of(shape, std::vector<double>{7, 8}) ==
        std::vector<double>{0, 0, 0, 0, 0, 0, 0, 7, 8, 7, 8, 0, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("1.2 patches times filters is what the engine's convolution gives") {
  for (const ConvolutionShape& shape : {ConvolutionShape{1, 5, 7, 2, 3, 3, 3, 1, 1},
                                        {1, 8, 6, 3, 2, 5, 3, 2, 2},
                                        {1, 4, 4, 1, 1, 4, 4, 3, 0}}) {
    const std::vector<double> x = numbers(shape.height * shape.width * shape.in_channels, 1);
    const std::vector<double> w = numbers(shape.patch() * shape.out_channels, 2);
    const Index rows = shape.out_height() * shape.out_width();
    const std::vector<double> patches = patches_of(shape, x);
    REQUIRE(static_cast<Index>(patches.size()) == rows * shape.patch());

    Device device = Device::open("reference");
    const auto tensor = [&](const Shape& s, const std::vector<double>& v) {
      return Tensor::from(device, s, std::span<const Real>(v));
    };
    const Variable product =
        matmul(tensor({rows, shape.patch()}, patches), tensor({shape.patch(), shape.out_channels}, w));
    const Variable judge = convolution2d(
        tensor({1, shape.height, shape.width, shape.in_channels}, x),
        tensor({shape.kernel_height, shape.kernel_width, shape.in_channels, shape.out_channels}, w), {},
        {shape.stride, shape.pad});
    const std::vector<Real> ours = product.value.values(), theirs = judge.value.values();
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      CAPTURE(i);
      CHECK(ours[i] == doctest::Approx(theirs[i]).epsilon(1e-12));
    }
  }
}

}  // namespace triptych
