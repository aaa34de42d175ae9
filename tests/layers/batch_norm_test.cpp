#include "layers/batch_norm.h"

#include "engine/error.h"
#include "tests/layers/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

// Two channels over four rows: means 2 and 10, biased variances 2 and 50.
Tensor small_batch(const Device& device) {
  return Tensor::from(device, {4, 2}, std::vector<Real>{0, 0, 2, 10, 2, 10, 4, 20});
}

}  // namespace

TEST_CASE("batch norm: training normalises each channel by the batch") {
  for (const Device& device : devices()) {
    BatchNorm layer(device, 2);
    layer.gamma.value.copy_from(Tensor::from(device, {2}, std::vector<Real>{1, 3}));
    layer.beta.value.copy_from(Tensor::from(device, {2}, std::vector<Real>{0, -1}));
    const std::vector<Real> y = layer(small_batch(device), Mode::train).value.values();
    const double a = 2 / std::sqrt(2.0), b = 10 / std::sqrt(50.0);
    const double expected[] = {-a, -3 * b - 1, 0, -1, 0, -1, a, 3 * b - 1};
    for (std::size_t i = 0; i < 8; ++i) CHECK(y[i] == doctest::Approx(expected[i]).epsilon(1e-4));
  }
}

TEST_CASE("batch norm: running statistics move by the momentum, the variance without its bias") {
  for (const Device& device : devices()) {
    BatchNorm layer(device, 2, {0.25, 1e-5});
    layer(small_batch(device), Mode::train);
    const std::vector<Real> mean = layer.running_mean.value.values(),
                            variance = layer.running_variance.value.values();
    CHECK(mean[0] == doctest::Approx(0.25 * 2));
    CHECK(mean[1] == doctest::Approx(0.25 * 10));
    CHECK(variance[0] == doctest::Approx(0.75 + 0.25 * 2 * 4 / 3));
    CHECK(variance[1] == doctest::Approx(0.75 + 0.25 * 50 * 4 / 3));
    layer(small_batch(device), Mode::train);
    CHECK(layer.running_mean.value.values()[1] == doctest::Approx(0.75 * 2.5 + 0.25 * 10));
  }
}

TEST_CASE("batch norm: inference uses the running statistics and leaves them alone") {
  for (const Device& device : devices()) {
    BatchNorm layer(device, 2);
    layer.running_mean.value.copy_from(Tensor::from(device, {2}, std::vector<Real>{1, -1}));
    layer.running_variance.value.copy_from(Tensor::from(device, {2}, std::vector<Real>{4, 25}));
    const Tensor one = Tensor::from(device, {1, 2}, std::vector<Real>{3, 9});  // a batch of one is fine here
    const std::vector<Real> y = layer(one, Mode::infer).value.values();
    CHECK(y[0] == doctest::Approx(1).epsilon(1e-4));
    CHECK(y[1] == doctest::Approx(2).epsilon(1e-4));
    CHECK(layer.running_mean.value.values() == std::vector<Real>{1, -1});
    CHECK(layer.running_variance.value.values() == std::vector<Real>{4, 25});
  }
}

TEST_CASE("batch norm: after many batches of one kind, training and inference agree") {
  const Device& device = reference_device();
  BatchNorm layer(device, 3);
  const Tensor x = random_tensor(device, {400, 3}, 1, 2);
  CHECK(largest_difference(layer(x, Mode::train).value, layer(x, Mode::infer).value) > 0.5);
  for (int i = 0; i < 100; ++i) layer(x, Mode::train);
  CHECK(largest_difference(layer(x, Mode::train).value, layer(x, Mode::infer).value) < 1e-2);
}

TEST_CASE("batch norm: the fused pass is norm, activation, pooling, with the same running statistics") {
  for (const Device& device : devices())
    for (const Mode mode : {Mode::train, Mode::infer}) {
      BatchNorm apart(device, 3), fused(device, 3);
      shake(parameters_of(apart)), shake(parameters_of(fused));
      const Tensor x = random_tensor(device, {2, 7, 5, 3}, 1);
      const Variable expected = max_pool2d(relu(apart(x, mode)), {});
      CHECK(largest_difference(fused.activation_pool(x, Activation::relu, mode).value, expected.value) <
            1e-5);
      CHECK(largest_difference(apart.running_mean.value, fused.running_mean.value) < 1e-6);
      CHECK(largest_difference(apart.running_variance.value, fused.running_variance.value) < 1e-6);
    }
}

TEST_CASE("batch norm: names; the running statistics are buffers, which are saved but not trained") {
  BatchNorm layer(reference_device(), 3);
  const ParameterList parameters = parameters_of(layer, "norm");
  CHECK(names_of(parameters) ==
        std::vector<std::string>{"norm.gamma", "norm.beta", "norm.running_mean", "norm.running_variance"});
  CHECK(count_elements(parameters) == 6);
  for (const NamedParameter& named : parameters) CHECK(!named.parameter->decays);
  CHECK(!layer.running_mean.trainable);
}

TEST_CASE("batch norm: what does not fit is refused") {
  const Device& device = reference_device();
  BatchNorm layer(device, 3);
  CHECK_THROWS_WITH_AS(layer(random_tensor(device, {4, 2}, 1), Mode::train),
                       "BatchNorm: needs x [..., 3], not one of shape [4, 2]", Error);
  CHECK_THROWS_WITH_AS(layer(random_tensor(device, {1, 3}, 1), Mode::train),
                       "BatchNorm: x [1, 3] has one row, which has no variance: train on at least two",
                       Error);
  CHECK_THROWS_WITH_AS(BatchNorm(device, 0), "BatchNorm: needs at least one channel, not 0", Error);
  CHECK_THROWS_WITH_AS(BatchNorm(device, 3, {1.5, 1e-5}), "BatchNorm: momentum 1.5 is not within 0 and 1",
                       Error);
  CHECK_THROWS_WITH_AS(BatchNorm(device, 3, {0.1, 0}), "BatchNorm: epsilon 0 must be above 0", Error);
}

#ifdef TRIPTYCH_DOUBLE
TEST_CASE("batch norm: gradient check in training and inference") {
  for (const Mode mode : {Mode::train, Mode::infer}) {
    BatchNorm layer(reference_device(), 3);
    check_layer([&](const Variable& x) { return layer(x, mode); }, {2, 3, 4, 3}, parameters_of(layer));
  }
}

TEST_CASE("batch norm with activation and pooling: gradient check in training and inference") {
  for (const Mode mode : {Mode::train, Mode::infer})
    for (const Activation activation : {Activation::relu, Activation::tanh}) {
      BatchNorm layer(reference_device(), 3);
      check_layer([&](const Variable& x) { return layer.activation_pool(x, activation, mode); }, {2, 5, 4, 3},
                  parameters_of(layer));
    }
}
#endif
