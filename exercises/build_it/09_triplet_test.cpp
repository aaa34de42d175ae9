#include "exercises/build_it/check.h"

using namespace triptych;
using namespace triptych::build_it;

TEST_CASE("step 9: losses and gradients, hard and soft") {
  const Devices devices;
  constexpr Index n = 4, count = 5;
  const std::vector<std::int32_t> triplets = {0, 1, 2, 0, 1, 3, 1, 0, 2, 2, 3, 0, 3, 2, 1};
  // Far below the margin, inside it, beyond the ceiling.
  const std::vector<Real> d = {0, Real(0.1), Real(1.5), Real(0.2), Real(0.9), 0, Real(0.8), 2,
                               1, Real(0.3), 0,         Real(0.5), 4,         3, Real(0.6), 0};
  for (const bool soft : {false, true})
    for (const Real size : {Real(1), Real(400)}) {
      std::vector<Real> distances;
      for (const Real x : d) distances.push_back(size * x);
      struct Result {
        std::vector<Real> loss, dd;
      };
      const std::vector<Real> before = numbers(n * n, 2);
      const auto on = [&](const Device& device) {
        const TripletRule rule{.beta = Real(0.25), .soft_margin = soft};
        const Tensor x = Tensor::from(device, {n, n}, std::span<const Real>(distances));
        const Tensor t = Tensor::from(device, {count, 3}, std::span<const std::int32_t>(triplets));
        const Tensor loss = Tensor::zeros(device, {count});
        const Tensor dloss = Tensor::from(device, {count}, {1, 2, Real(0.5), -1, 3});
        const Tensor dd = Tensor::from(device, {n, n}, std::span<const Real>(before));
        device.kernels().triplet_forward(device.context(), rule, n, count, t.int32(), x.real(), loss.real());
        device.kernels().triplet_backward(device.context(), rule, n, count, t.int32(), x.real(), dloss.real(),
                                          dd.real());
        return Result{loss.values(), dd.values()};
      };
      const Result mine = on(devices.mine), engine = on(devices.engine);
      CAPTURE(soft);
      CAPTURE(size);
      compare("loss", {count}, mine.loss, engine.loss);
      compare("dd", {n, n}, mine.dd, engine.dd, 1e-5, before);
    }
}
