#include "exercises/build_it/check.h"

using namespace triptych;
using namespace triptych::build_it;

constexpr Index rows = 7, channels = 3;
constexpr Real epsilon = Real(1e-3);

TEST_CASE("step 8: mean and variance, also of numbers far from 0") {
  const Device device = Device::open("reference");
  const Tensor x = Tensor::from(device, {4, 2}, {4, 40004, 7, 40007, 13, 40013, 16, 40016});
  const Tensor mean = Tensor::zeros(device, {2}), variance = Tensor::zeros(device, {2});
  device.kernels().batch_norm_statistics(device.context(), 4, 2, x.real(), mean.real(), variance.real());
  compare("mean", {2}, mean.values(), {10, 40010});
  compare("variance", {2}, variance.values(), {22.5, 22.5});
}

TEST_CASE("step 8: forward and all three gradients") {
  const Devices devices;
  struct Result {
    std::vector<Real> y, dx, dgamma, dbeta;
  };
  const std::vector<Real> dx0 = numbers(rows * channels, 4), dgamma0 = numbers(channels, 5),
                          dbeta0 = numbers(channels, 6);
  const auto on = [&](const Device& device) {
    const Shape shape = {rows, channels};
    const Tensor x = Tensor::from(device, shape, std::span<const Real>(numbers(rows * channels, 1)));
    const Tensor dy = Tensor::from(device, shape, std::span<const Real>(numbers(rows * channels, 2)));
    const Tensor gamma = Tensor::from(device, {channels}, {Real(1.5), -2, Real(0.1)});
    const Tensor beta = Tensor::from(device, {channels}, {3, 0, -1});
    const Tensor mean = Tensor::zeros(device, {channels}), variance = Tensor::zeros(device, {channels});
    const Tensor y = Tensor::zeros(device, shape),
                 dx = Tensor::from(device, shape, std::span<const Real>(dx0));
    const Tensor dgamma = Tensor::from(device, {channels}, std::span<const Real>(dgamma0));
    const Tensor dbeta = Tensor::from(device, {channels}, std::span<const Real>(dbeta0));
    const Kernels& kernels = device.kernels();
    Context& context = device.context();
    kernels.batch_norm_statistics(context, rows, channels, x.real(), mean.real(), variance.real());
    kernels.batch_norm_forward(context, rows, channels, epsilon, x.real(), mean.real(), variance.real(),
                               gamma.real(), beta.real(), y.real());
    kernels.batch_norm_backward(context, rows, channels, epsilon, x.real(), mean.real(), variance.real(),
                                gamma.real(), dy.real(), dx.real(), dgamma.real(), dbeta.real());
    return Result{y.values(), dx.values(), dgamma.values(), dbeta.values()};
  };
  const Result mine = on(devices.mine), engine = on(devices.engine);
  compare("y", {rows, channels}, mine.y, engine.y, 1e-4);
  compare("dgamma", {channels}, mine.dgamma, engine.dgamma, 1e-4, dgamma0);
  compare("dbeta", {channels}, mine.dbeta, engine.dbeta, 1e-4, dbeta0);
  compare("dx", {rows, channels}, mine.dx, engine.dx, 1e-4, dx0);
  for (Index ch = 0; ch < channels; ++ch) {
    double sum = 0;
    for (Index i = 0; i < rows; ++i) {
      const std::size_t at = static_cast<std::size_t>(i * channels + ch);
      sum += double(mine.dx[at]) - dx0[at];
    }
    CHECK_MESSAGE(std::abs(sum) < 1e-4, "the dx of channel ", ch, " add up to ", sum,
                  " and should add up to 0: y does not change when all x of a channel grow by 1");
  }
}

TEST_CASE("step 8: gradients that are not wanted are null") {
  const Device device = Device::open("reference");
  const Tensor x = Tensor::from(device, {2, 1}, {1, 3}), one = Tensor::filled(device, {1}, 1);
  device.kernels().batch_norm_backward(device.context(), 2, 1, epsilon, x.real(), one.real(), one.real(),
                                       one.real(), x.real(), nullptr, nullptr, nullptr);
}
