#include "exercises/build_it/check.h"

using namespace triptych;
using namespace triptych::build_it;

static void try_logits(const std::vector<Real>& logits, Index rows) {
  const Devices devices;
  const Index columns = static_cast<Index>(logits.size()) / rows;
  std::vector<std::int32_t> classes;
  for (Index i = 0; i < rows; ++i) classes.push_back(static_cast<std::int32_t>((2 * i + 1) % columns));
  struct Result {
    std::vector<Real> loss, probability, dlogits;
  };
  const std::vector<Real> before = numbers(rows * columns, 5);
  const auto on = [&](const Device& device) {
    const Tensor x = Tensor::from(device, {rows, columns}, std::span<const Real>(logits));
    const Tensor target = Tensor::from(device, {rows}, std::span<const std::int32_t>(classes));
    const Tensor loss = Tensor::zeros(device, {rows}), probability = Tensor::zeros(device, {rows, columns});
    const Tensor dloss = Tensor::from(device, {rows}, std::span<const Real>(numbers(rows, 6)));
    const Tensor dx = Tensor::from(device, {rows, columns}, std::span<const Real>(before));
    const Kernels& kernels = device.kernels();
    kernels.cross_entropy_forward(device.context(), rows, columns, x.real(), target.int32(), loss.real(),
                                  probability.real());
    kernels.cross_entropy_backward(device.context(), rows, columns, probability.real(), target.int32(),
                                   dloss.real(), dx.real());
    return Result{loss.values(), probability.values(), dx.values()};
  };
  const Result mine = on(devices.mine), engine = on(devices.engine);
  compare("loss", {rows}, mine.loss, engine.loss);
  compare("probability", {rows, columns}, mine.probability, engine.probability);
  compare("dlogits", {rows, columns}, mine.dlogits, engine.dlogits, 1e-5, before);
}

TEST_CASE("step 4: losses, probabilities and gradients") {
  try_logits({1, 2, 3, -1, 0, Real(0.5), 4, 4, 4}, 3);
}
TEST_CASE("step 4: logits of 1000 are no mistake") {
  try_logits({1000, 999, 1001, 5, -1000, -1001}, 2);
}
TEST_CASE("step 4: the right class is hopeless, and the loss is large, not infinite") {
  try_logits({200, 0, 0, 200}, 2);
}
TEST_CASE("step 4: dlogits may be null") {
  const Device device = Device::open("reference");
  const Tensor p = Tensor::filled(device, {1, 2}, Real(0.5)), dloss = Tensor::filled(device, {1}, 1);
  const std::int32_t zero = 0;
  device.kernels().cross_entropy_backward(device.context(), 1, 2, p.real(), &zero, dloss.real(), nullptr);
}
