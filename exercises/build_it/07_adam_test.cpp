#include "exercises/build_it/check.h"

using namespace triptych;
using namespace triptych::build_it;

TEST_CASE("step 7: the first step is as long as the rate, whatever the gradient's size") {
  const Device device = Device::open("reference");
  const Tensor value = Tensor::zeros(device, {3}), gradient = Tensor::from(device, {3}, {5, -5, Real(0.01)});
  const Tensor first = Tensor::zeros(device, {3}), second = Tensor::zeros(device, {3});
  const ParameterSlice slice{value.real(), gradient.real(), first.real(), second.real(), 3, 0};
  device.kernels().adam(device.context(), {.rate = Real(0.1)}, 1, &slice);
  compare("value", {3}, value.values(), {Real(-0.1), Real(0.1), Real(-0.1)}, 1e-4);
}

TEST_CASE("step 7: three steps, with both kinds of decay, over several parameters") {
  const Devices devices;
  for (const bool decoupled : {true, false}) {
    struct Result {
      std::vector<Real> value, first, second;
    };
    const auto on = [&](const Device& device) {
      const Tensor value = Tensor::from(device, {6}, std::span<const Real>(numbers(6, 1)));
      const Tensor first = Tensor::zeros(device, {6}), second = Tensor::zeros(device, {6});
      for (Index step = 1; step <= 3; ++step) {
        const Tensor g = Tensor::from(device, {6}, std::span<const Real>(numbers(6, double(step))));
        const ParameterSlice slices[] = {
            {value.real(), g.real(), first.real(), second.real(), 4, Real(0.5)},
            {value.real() + 4, g.real() + 4, first.real() + 4, second.real() + 4, 2, 0}};
        device.kernels().adam(device.context(),
                              {.rate = Real(0.2), .step = step, .decoupled_decay = decoupled}, 2, slices);
      }
      return Result{value.values(), first.values(), second.values()};
    };
    const Result mine = on(devices.mine), engine = on(devices.engine);
    CAPTURE(decoupled);
    compare("the first moment", {6}, mine.first, engine.first);
    compare("the second moment", {6}, mine.second, engine.second);
    compare("value", {6}, mine.value, engine.value, 1e-4);
  }
}
