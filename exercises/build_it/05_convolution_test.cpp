#include "exercises/build_it/check.h"

using namespace triptych;
using namespace triptych::build_it;

TEST_CASE("step 5: one filter, numbers that a hand can add") {
  const Device device = Device::open("reference");
  const Tensor x = Tensor::from(device, {1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  const Tensor w = Tensor::from(device, {2, 2, 1, 1}, {1, 0, 0, 10}), bias = Tensor::filled(device, {1}, 100);
  const Tensor y = Tensor::zeros(device, {1, 2, 2, 1});
  const ConvolutionShape shape{.batch = 1,
                               .height = 3,
                               .width = 3,
                               .in_channels = 1,
                               .out_channels = 1,
                               .kernel_height = 2,
                               .kernel_width = 2};
  device.kernels().convolution_forward(device.context(), shape, x.real(), w.real(), bias.real(), y.real());
  compare("y", {1, 2, 2, 1}, y.values(), {151, 162, 184, 195});  // 1 + 10 * 5 + 100, ...
}

TEST_CASE("step 5: stride, padding, channels, several images, with a bias and without") {
  const Devices devices;
  for (const Index stride : {1, 2})
    for (const Index pad : {0, 1, 2})
      for (const bool with_bias : {false, true}) {
        const ConvolutionShape s{.batch = 2,
                                 .height = 6,
                                 .width = 5,
                                 .in_channels = 3,
                                 .out_channels = 4,
                                 .kernel_height = 3,
                                 .kernel_width = 5,
                                 .stride = stride,
                                 .pad = pad};
        const Shape out = {s.batch, s.out_height(), s.out_width(), s.out_channels};
        const auto on = [&](const Device& device) {
          const Tensor x = Tensor::from(device, {2, 6, 5, 3}, std::span<const Real>(numbers(180, 1)));
          const Tensor w = Tensor::from(device, {3, 5, 3, 4}, std::span<const Real>(numbers(180, 2)));
          const Tensor bias = Tensor::from(device, {4}, std::span<const Real>(numbers(4, 3)));
          const Tensor y = Tensor::filled(device, out, Real(NAN));
          device.kernels().convolution_forward(device.context(), s, x.real(), w.real(),
                                               with_bias ? bias.real() : nullptr, y.real());
          return y.values();
        };
        CAPTURE(stride);
        CAPTURE(pad);
        CAPTURE(with_bias);
        compare("y", out, on(devices.mine), on(devices.engine), 1e-4);
      }
}
