#include <cmath>

#include "engine/ops.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("rows get length 1; a row of zeros stays") {
  for (const Device& device : devices()) {
    const std::vector<Real> y = l2_normalise(tensor(device, {2, 2}, {3, 4, 0, 0})).value.values();
    CHECK(y[0] == doctest::Approx(0.6));
    CHECK(y[1] == doctest::Approx(0.8));
    CHECK(y[2] == 0);
  }
}

TEST_CASE("batch norm measures its batch; with those statistics the fixed one gives the same") {
  for (const Device& device : devices()) {
    const Variable x = tensor(device, {1, 2, 2, 2}, {1, 10, 3, 20, 5, 30, 7, 40});
    const Variable gamma = tensor(device, {2}, {2, 1}), beta = tensor(device, {2}, {0, 5});
    BatchStatistics statistics;
    const Variable y = batch_norm(x, gamma, beta, Real(1e-5), statistics);
    CHECK(statistics.mean.values() == std::vector<Real>{4, 25});
    CHECK(statistics.variance.values() == std::vector<Real>{5, 125});
    CHECK(y.value.values()[0] == doctest::Approx(2 * -3 / std::sqrt(5 + 1e-5)));
    CHECK(batch_norm_fixed(x, gamma, beta, Real(1e-5), statistics).value.values() == y.value.values());

    // In one pass with activation and pooling it is the three ops one after the other.
    const Variable three = max_pool2d(relu(y), {});
    BatchStatistics same;
    const Variable one = batch_norm_activation_pool(x, gamma, beta, Real(1e-5), Activation::relu, same);
    const Variable fixed =
        batch_norm_activation_pool_fixed(x, gamma, beta, Real(1e-5), Activation::relu, statistics);
    CHECK(same.mean.values() == statistics.mean.values());
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(one.value.values()[i] == doctest::Approx(three.value.values()[i]));
      CHECK(fixed.value.values()[i] == doctest::Approx(three.value.values()[i]));
    }
  }
}

TEST_CASE("normalisation: shapes that do not fit are printed") {
  Device device = Device::open("reference");
  const auto zeros = [&](const Shape& shape) { return Tensor::zeros(device, shape); };
  BatchStatistics statistics;
  CHECK(message_of([&] {
          batch_norm(zeros({4, 3}), zeros({2}), zeros({2}), Real(1e-5), statistics);
        }) == "batch_norm takes x [..., channels], gamma and beta [channels], not [4, 3], [2] and [2]");
  CHECK(message_of([&] {
          batch_norm_fixed(zeros({4, 3}), zeros({3}), zeros({3}), Real(1e-5), {zeros({3}), zeros({2})});
        }) == "batch_norm_fixed of x [4, 3] takes a mean and a variance [3], not [3] and [2]");
  CHECK(contains(message_of([&] {
                   batch_norm(zeros({0, 3}), zeros({3}), zeros({3}), Real(1e-5), statistics);
                 }),
                 "there is nothing to normalise in shape [0, 3]"));
  CHECK(contains(message_of([&] {
                   batch_norm_activation_pool(zeros({1, 1, 4, 3}), zeros({3}), zeros({3}), Real(1e-5),
                                              Activation::relu, statistics);
                 }),
                 "of at least 2 x 2 pixels, not [1, 1, 4, 3]"));
}

TEST_CASE("layer norm, by hand") {
  for (const Device& device : devices()) {
    const Variable x = tensor(device, {2, 2}, {1, 3, -5, -5});
    CHECK(layer_norm(x, 0).value.values()[0] == doctest::Approx(-1));
    const Variable y = layer_norm(x, tensor(device, {2}, {2, 3}), tensor(device, {2}, {10, 20}), 3);
    const std::vector<Real> got = y.value.values();  // the deviation of the first row is sqrt(1 + 3)
    CHECK(got[0] == doctest::Approx(9));
    CHECK(got[1] == doctest::Approx(21.5));
    CHECK(got[2] == doctest::Approx(10));
    CHECK(got[3] == doctest::Approx(20));
    CHECK(contains(message_of([&] { layer_norm(x, x, x); }), "gamma and beta [n], not [2, 2]"));
  }
}
