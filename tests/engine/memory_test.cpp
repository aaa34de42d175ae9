#include "engine/optimizer.h"
#include "tests/engine/helpers.h"

using namespace triptych;

namespace {

// A training step on a batch of `images` images of height `height`, as the last batch of an epoch is smaller.
void train_step(const Device& device, const ParameterList& parameters, Optimizer& optimizer, Index images,
                Index height) {
  clear_gradients(parameters);
  Tape tape;
  const Variable x = tape.input(Tensor::filled(device, {images, height, 20, 3}, Real(0.5)));
  const Variable y = relu(convolution2d(x, tape.parameter(*parameters[0].parameter), Variable(), {1, 1}));
  const Variable pooled = mean(mean(max_pool2d(y, {}), 1), 1);
  const Variable z = matmul(reshape(pooled, {images, 8}), tape.parameter(*parameters[1].parameter));
  tape.backward(sum(multiply(z, z)));
  optimizer.step(1e-3);
}

}  // namespace

TEST_CASE("steps of ever changing sizes hold no more memory after many than after some") {
  for (const Device& shared : devices()) {
    const Device device = Device::open(shared.name());
    device.use_threads(1);
    Parameter filters(Tensor::filled(device, {3, 3, 3, 8}, Real(0.01)));
    Parameter weights(Tensor::filled(device, {8, 16}, Real(0.02)));
    const ParameterList parameters = {{"filters", &filters}, {"weights", &weights}};
    Optimizer optimizer(parameters, {});
    const std::size_t without_tape = device.pool().bytes_in_use();
    // 7 batch sizes and 9 heights: 63 different steps. What the pool holds after the second round serves all
    // that follow.
    std::size_t held[4] = {}, scratch[4] = {}, allocations[4] = {};
    for (int round = 0; round < 4; ++round) {
      for (Index step = 0; step < 63; ++step) {
        train_step(device, parameters, optimizer, 1 + step % 7, 6 + step % 9);
        REQUIRE(device.pool().bytes_in_use() == without_tape);
      }
      held[round] = device.pool().bytes_held();
      scratch[round] = device.context().scratch.bytes_held();
      allocations[round] = device.pool().system_allocations();
    }
    CAPTURE(device.name());
    CHECK(held[3] == held[1]);
    CHECK(scratch[3] == scratch[1]);
    CHECK(allocations[3] == allocations[1]);
  }
}
