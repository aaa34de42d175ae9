#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "tests/kernels/reference/helpers.h"

using namespace triptych;
using namespace triptych::test;

namespace {
const ConvolutionShape three{1, 3, 3, 1, 1, 3, 3, 1, 1};  // a 3x3 image, a 3x3 filter, padding 1
}  // namespace

TEST_CASE("reference convolution: ones over ones count how much of the filter lies inside") {
  const std::vector<Real> ones(9, 1);
  std::array<Real, 9> y;
  Context context;
  k.convolution_forward(context, three, ones.data(), ones.data(), nullptr, y.data());
  CHECK(y == std::array<Real, 9>{4, 6, 4, 6, 9, 6, 4, 6, 4});
  const Real bias[] = {10};
  k.convolution_forward(context, three, ones.data(), ones.data(), bias, y.data());
  CHECK(y == std::array<Real, 9>{14, 16, 14, 16, 19, 16, 14, 16, 14});
}

TEST_CASE("reference convolution: correlation, not flipped: the filter slides over the image as it stands") {
  // A filter that is 1 at its upper left corner fetches the pixel above and to the left.
  const Real x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, w[] = {1, 0, 0, 0, 0, 0, 0, 0, 0};
  std::array<Real, 9> y;
  Context context;
  k.convolution_forward(context, three, x, w, nullptr, y.data());
  CHECK(y == std::array<Real, 9>{0, 0, 0, 0, 1, 2, 0, 4, 5});
}

TEST_CASE("reference convolution: channels and stride") {
  // Two channels in, two out, 1x1 filters w[in][out]: y = (x0 + 10 x1, 100 x0); every second pixel of a 3x3
  // image.
  const ConvolutionShape s{1, 3, 3, 2, 2, 1, 1, 2, 0};
  std::vector<Real> x;
  for (int pixel = 0; pixel < 9; ++pixel) x.insert(x.end(), {Real(pixel), Real(1)});
  const Real w[] = {1, 100, 10, 0};
  std::array<Real, 8> y;
  Context context;
  k.convolution_forward(context, s, x.data(), w, nullptr, y.data());
  CHECK(y == std::array<Real, 8>{10, 0, 12, 200, 16, 600, 18, 800});
}

TEST_CASE("reference convolution: backward scatters along the same products, and adds") {
  const Real x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, w[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const Real dy[] = {0, 0, 0, 0, 1, 0, 0, 0, 0};  // the middle pixel: it saw the whole image
  std::array<Real, 9> dx, dw;
  Real dbias[] = {50};
  dx.fill(100), dw.fill(200);
  Context context;
  k.convolution_backward_input(context, three, dy, w, dx.data());
  k.convolution_backward_weights(context, three, x, dy, dw.data(), dbias);
  CHECK(dx == std::array<Real, 9>{101, 102, 103, 104, 105, 106, 107, 108, 109});
  CHECK(dw == std::array<Real, 9>{201, 202, 203, 204, 205, 206, 207, 208, 209});
  CHECK(dbias[0] == 51);
  // The upper left pixel saw only the lower right quarter of the filter.
  const Real corner[] = {1, 0, 0, 0, 0, 0, 0, 0, 0};
  dx.fill(0);
  k.convolution_backward_input(context, three, corner, w, dx.data());
  CHECK(dx == std::array<Real, 9>{5, 6, 0, 8, 9, 0, 0, 0, 0});
}

TEST_CASE("reference convolution + relu + pool: the winner is the largest value before the activation") {
  // A 1x1 filter of 1 leaves a 2x5 image as it is; the fifth column fills no window and is dropped.
  const ConvolutionShape s{1, 2, 5, 1, 1, 1, 1, 1, 0};
  const Real x[] = {-4, -2, 7, 7, 100,  //
                    -3, -5, 1, 7, 100},
             w[] = {1};
  std::array<Real, 2> y;
  std::array<std::uint8_t, 2> winner;
  Context context;
  k.convolution_activation_pool_forward(context, s, Activation::relu, x, w, nullptr, y.data(), winner.data());
  CHECK(y == std::array<Real, 2>{0, 7});
  CHECK(winner == std::array<std::uint8_t, 2>{1, 0});

  const Real dy[] = {3, 5};
  std::array<Real, 10> dz;
  dz.fill(77);
  k.activation_pool_backward(context, s, Activation::relu, y.data(), winner.data(), dy, dz.data());
  CHECK(dz == std::array<Real, 10>{0, 0, 5, 0, 0, 0, 0, 0, 0, 0});
}
