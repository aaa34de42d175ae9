#include <cmath>

#include "engine/ops.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("losses at points that are known") {
  for (const Device& device : devices()) {
    const Variable x = tensor(device, {2, 2}, {0, 0, 1000, 0});  // also far out, where exp overflows
    CHECK(softmax(x).value.values() == std::vector<Real>{Real(0.5), Real(0.5), 1, 0});
    CHECK(log_softmax(x).value.values()[3] == -1000);
    const std::vector<Real> loss = cross_entropy(x, integers(device, {2}, {1, 1})).value.values();
    CHECK(loss[0] == doctest::Approx(std::log(2.0)));
    CHECK(loss[1] == doctest::Approx(1000));
    const std::vector<Real> binary =
        binary_cross_entropy(tensor(device, {2}, {0, -1000}), tensor(device, {2}, {Real(0.3), 1}))
            .value.values();
    CHECK(binary[0] == doctest::Approx(std::log(2.0)));
    CHECK(binary[1] == doctest::Approx(1000));
    CHECK(cross_entropy(Tensor::zeros(device, {2, 3, 4}), integers(device, {2, 3}, {0, 1, 2, 3, 0, 1}))
              .shape() == Shape{2, 3});
    // d(0,1) = 0.5, d(0,2) = 0.6: 0.5 - 0.6 + 0.3 + 0.1 (0.5 - 0.3)
    const Variable d = tensor(device, {3, 3}, {0, Real(0.5), Real(0.6), Real(0.5), 0, 4, Real(0.6), 4, 0});
    const std::vector<Real> triplets =
        triplet_loss(d, integers(device, {2, 3}, {0, 1, 2, 1, 0, 2}), {}).value.values();
    CHECK(triplets[0] == doctest::Approx(0.22));
    CHECK(triplets[1] == doctest::Approx(0.02));
    CHECK(triplet_loss(d, integers(device, {0, 3}, {}), {}).shape() == Shape{0});
  }
}

TEST_CASE("losses: shapes and targets that do not fit are printed") {
  Device device = Device::open("reference");
  const Variable x = Tensor::zeros(device, {2, 3});
  CHECK(message_of([&] {
          cross_entropy(x, integers(device, {3}, {0, 0, 0}));
        }) == "cross_entropy takes logits [..., classes] and a target [...], not [2, 3] and [3]");
  CHECK(message_of([&] {
          cross_entropy(x, integers(device, {2}, {0, 3}));
        }) == "cross_entropy: the target 3 is not one of 3 classes (logits [2, 3])");
  CHECK(contains(message_of([&] { cross_entropy(x, integers(device, {2}, {0, -1})); }), "the target -1"));
  CHECK(contains(message_of([&] { cross_entropy(x, Tensor::zeros(device, {2})); }), "used as one of int32"));
  CHECK(contains(message_of([&] {
                   binary_cross_entropy(x, Tensor::zeros(device, {3, 2}));
                 }),
                 "not [2, 3] and [3, 2]"));
  const Variable d = Tensor::zeros(device, {3, 3});
  CHECK(message_of([&] {
          triplet_loss(x, integers(device, {1, 3}, {0, 1, 2}), {});
        }) == "triplet_loss takes distances [n, n] and triplets [count, 3], not [2, 3] and [1, 3]");
  CHECK(message_of([&] {
          triplet_loss(d, integers(device, {1, 3}, {0, 1, 3}), {});
        }) == "triplet_loss: triplet 0 names row 3 of 3 x 3 distances");
  CHECK(contains(message_of([&] {
                   triplet_loss(d, integers(device, {2, 3}, {1, 0, 2, 0, 1, 2}), {});
                 }),
                 "sorted by anchor"));
}

TEST_CASE("label smoothing, by hand") {
  for (const Device& device : devices()) {
    const Variable logits = tensor(device, {1, 2}, {0, 0});
    const Tensor target = integers(device, {1}, {1});
    CHECK(cross_entropy(logits, target, Real(0.2)).value.item() == doctest::Approx(std::log(2)));
    const Variable far = tensor(device, {1, 2}, {0, 3});  // -log p: 3.0486, 0.0486
    CHECK(cross_entropy(far, target, Real(0.2)).value.item() ==
          doctest::Approx(0.9 * 0.04858735 + 0.1 * 3.04858735));
    CHECK(contains(message_of([&] { cross_entropy(far, target, 2); }), "a smoothing within 0 and 1, not 2"));
  }
}
