#include "exercises/build_it/check.h"

using namespace triptych;
using namespace triptych::build_it;

TEST_CASE("step 6: gradients of pixels, filters and biases, added to what was there") {
  const Devices devices;
  for (const Index stride : {1, 2})
    for (const Index pad : {0, 2}) {
      const ConvolutionShape s{.batch = 2,
                               .height = 6,
                               .width = 5,
                               .in_channels = 3,
                               .out_channels = 4,
                               .kernel_height = 3,
                               .kernel_width = 5,
                               .stride = stride,
                               .pad = pad};
      struct Result {
        std::vector<Real> dx, dw, dbias;
      };
      const std::vector<Real> dx0 = numbers(180, 4), dw0 = numbers(180, 5), dbias0 = numbers(4, 6);
      const auto on = [&](const Device& device) {
        const Index outputs = s.pixels() * s.out_channels;
        const Tensor x = Tensor::from(device, {180}, std::span<const Real>(numbers(180, 1)));
        const Tensor w = Tensor::from(device, {180}, std::span<const Real>(numbers(180, 2)));
        const Tensor dy = Tensor::from(device, {outputs}, std::span<const Real>(numbers(outputs, 3)));
        const Tensor dx = Tensor::from(device, {180}, std::span<const Real>(dx0));
        const Tensor dw = Tensor::from(device, {180}, std::span<const Real>(dw0));
        const Tensor dbias = Tensor::from(device, {4}, std::span<const Real>(dbias0));
        device.kernels().convolution_backward_input(device.context(), s, dy.real(), w.real(), dx.real());
        device.kernels().convolution_backward_weights(device.context(), s, x.real(), dy.real(), dw.real(),
                                                      dbias.real());
        return Result{dx.values(), dw.values(), dbias.values()};
      };
      const Result mine = on(devices.mine), engine = on(devices.engine);
      CAPTURE(stride);
      CAPTURE(pad);
      compare("dx", {2, 6, 5, 3}, mine.dx, engine.dx, 1e-4, dx0);
      compare("dw", {3, 5, 3, 4}, mine.dw, engine.dw, 1e-4, dw0);
      compare("dbias", {4}, mine.dbias, engine.dbias, 1e-4, dbias0);
    }
}

TEST_CASE("step 6: gradients that are not wanted are null") {
  const Device device = Device::open("reference");
  const Tensor one = Tensor::filled(device, {1}, 2), dw = Tensor::zeros(device, {1});
  const ConvolutionShape s{.batch = 1,
                           .height = 1,
                           .width = 1,
                           .in_channels = 1,
                           .out_channels = 1,
                           .kernel_height = 1,
                           .kernel_width = 1};
  const Kernels& kernels = device.kernels();
  kernels.convolution_backward_input(device.context(), s, one.real(), one.real(), nullptr);
  kernels.convolution_backward_weights(device.context(), s, one.real(), one.real(), nullptr, nullptr);
  kernels.convolution_backward_weights(device.context(), s, one.real(), one.real(), dw.real(), nullptr);
  CHECK(dw.item() == 4);
}
