#include <atomic>
#include <thread>

#include "engine/optimizer.h"
#include "engine/random.h"
#include "tests/engine/helpers.h"

using namespace triptych;

// Threads that compute at the same time, each on a device of its own, have the bits of one that computes
// alone.
namespace {

Tensor random(const Device& device, const Shape& shape, Random generator) {
  std::vector<Real> values(static_cast<std::size_t>(shape.elements()));
  for (Real& value : values) value = static_cast<Real>(generator.normal());
  return Tensor::from(device, shape, std::span<const Real>(values));
}

// Some training steps of a small convolutional network; the parameters that come of it.
std::vector<Real> train(const Device& device, std::uint64_t seed, int steps) {
  const Random random_of(seed);
  Parameter weight(random(device, {5, 5, 3, 8}, random_of.split(1)));
  Parameter matrix(random(device, {8, 10}, random_of.split(2)));
  const ParameterList parameters = {{"weight", &weight}, {"matrix", &matrix}};
  Optimizer optimizer(parameters, {});
  for (int step = 0; step < steps; ++step) {
    clear_gradients(parameters);
    Tape tape;
    const Variable x = tape.input(random(device, {2, 12, 10, 3}, random_of.split(100 + std::uint64_t(step))));
    const Variable y = max_pool2d(relu(convolution2d(x, use(weight, x), Variable(), {1, 2})), {});
    const Variable z = matmul(mean(mean(y, 1), 1), use(matrix, x));
    tape.backward(sum(multiply(z, z)));
    optimizer.step(1e-2);
  }
  std::vector<Real> result = weight.value.values();
  for (const Real value : matrix.value.values()) result.push_back(value);
  return result;
}

}  // namespace

TEST_CASE("threads with a device each: the bits of one thread") {
  for (const Device& device : devices()) {
    constexpr int threads = 3, steps = 20;
    std::vector<std::vector<Real>> expected;
    for (int i = 0; i < threads; ++i) expected.push_back(train(device, 10 + std::uint64_t(i), steps));
    std::vector<std::vector<Real>> results(threads);
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i)
      running.emplace_back([&, i] {
        const Device own = Device::open(device.name());
        own.use_threads(1 + i % 2);
        results[static_cast<std::size_t>(i)] = train(own, 10 + std::uint64_t(i), steps);
      });
    for (std::thread& thread : running) thread.join();
    for (int i = 0; i < threads; ++i)
      CHECK_MESSAGE(results[static_cast<std::size_t>(i)] == expected[static_cast<std::size_t>(i)],
                    device.name() << ", thread " << i);
  }
}

TEST_CASE("threads that share a device get an Error, and no wrong number") {
  const Device device = Device::open("reference");
  const Tensor x = Tensor::filled(device, {64}, 2);
  std::atomic<int> errors = 0, wrong = 0;
  std::vector<std::thread> running;
  for (int i = 0; i < 2; ++i)
    running.emplace_back([&] {
      for (int round = 0; round < 100; ++round) {
        const std::string message = message_of([&] {
          if (sum(add(x, x)).value.item() != 256) ++wrong;
        });
        if (contains(message, "a second thread")) ++errors;
      }
    });
  for (std::thread& thread : running) thread.join();
  CHECK(errors == 200);
  CHECK(wrong == 0);
}

TEST_CASE("any thread may drop the last handle of a tensor") {
  const Device device = Device::open("reference");
  std::vector<Tensor> tensors;
  for (int i = 0; i < 100; ++i) tensors.push_back(Tensor::filled(device, {256}, 1));
  std::thread other([dropped = std::move(tensors)]() mutable { dropped.clear(); });
  for (int i = 0; i < 100; ++i) CHECK(Tensor::filled(device, {256}, Real(i)).values()[255] == Real(i));
  other.join();
  CHECK(device.pool().bytes_in_use() == 0);
}
