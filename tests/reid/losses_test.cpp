#include "reid/loss/losses.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/gradient_check.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

namespace {

Tensor rows(const Device& device, const Shape& shape, const std::vector<Real>& values) {
  return Tensor::from(device, shape, std::span<const Real>(values));
}
Tensor ones(const Device& device, const Shape& shape) {
  const std::vector<std::uint8_t> v(static_cast<std::size_t>(shape.elements()), 1);
  return Tensor::from(device, shape, std::span<const std::uint8_t>(v));
}

}  // namespace

TEST_CASE("cross-camera softmax of two people, by hand") {
  Device device = Device::open("reference");
  // Camera A: e1, e2. Camera B: e1 and a vector halfway between, so person 1 is ambiguous one way and sure
  // the other.
  const Real h = Real(std::sqrt(0.5));
  const Variable embedding(rows(device, {4, 2}, {1, 0, 0, 1, 1, 0, h, h}));
  const double t = 0.5, c = std::sqrt(0.5);
  const auto surprise = [&](double right, double wrong) {
    return std::log(1 + std::exp((wrong - right) / t));
  };
  const double there = (surprise(1, c) + surprise(c, 0)) / 2;  // rows: A0 vs B0, B1; A1 vs B1, B0
  const double back = (surprise(1, 0) + surprise(c, c)) / 2;   // columns: B0 vs A0, A1; B1 vs A1, A0
  CHECK(cross_camera_softmax(embedding, t).value.item() == doctest::Approx((there + back) / 2).epsilon(1e-5));
}

TEST_CASE("three views stand in a ring: the mean over its three pairs") {
  Device device = Device::open("reference");
  Random random(5);
  const Variable embedding = l2_normalise(Variable(random_tensor(device, {12, 3}, random)));
  const auto pair = [&](Index a, Index b) {
    const Variable two = concatenate({slice(embedding, 0, 4 * a, 4), slice(embedding, 0, 4 * b, 4)}, 0);
    return static_cast<double>(cross_camera_softmax(two, 0.2).value.item());
  };
  CHECK(static_cast<double>(cross_camera_softmax(embedding, 0.2, {}, 3).value.item()) ==
        doctest::Approx((pair(0, 1) + pair(1, 2) + pair(2, 0)) / 3).epsilon(1e-5));

  // All V = 1: the patch loss is the mean of the views', each asked in the next.
  const Tensor patches = random_tensor(device, {6, 3, 1, 5}, random);
  const auto asked = [&](Index a, Index b) {  // the patches of view a
    const Variable two =
        concatenate({slice(Variable(patches), 0, 2 * a, 2), slice(Variable(patches), 0, 2 * b, 2)}, 0);
    const std::vector<std::uint8_t> first = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0};
    return static_cast<double>(
        patch_loss(two, Tensor::from(device, {4, 3, 1}, std::span<const std::uint8_t>(first)), 0.1, 1)
            .value.item());
  };
  CHECK(static_cast<double>(patch_loss(Variable(patches), ones(device, {6, 3, 1}), 0.1, 1, 3).value.item()) ==
        doctest::Approx((asked(0, 1) + asked(1, 2) + asked(2, 0)) / 3).epsilon(1e-5));
}

TEST_CASE("the patch loss looks at patches with V = 1 alone") {
  Device device = Device::open("reference");
  Random random(2);
  const Tensor patches = random_tensor(device, {4, 3, 1, 6}, random);
  std::vector<std::uint8_t> v = {1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 0, 1};
  const Tensor labels = Tensor::from(device, {4, 3, 1}, std::span<const std::uint8_t>(v));
  const double some = patch_loss(Variable(patches), labels, 0.1, 0).value.item();

  // With a reach of 0 rows and one column, the match is the cosine of the same cell: the loss can be written
  // down.
  const std::vector<Real> x = patches.values();
  const auto cosine = [&](std::size_t a, std::size_t b, std::size_t row) {
    double dot = 0, aa = 0, bb = 0;
    for (std::size_t k = 0; k < 6; ++k) {
      const double p = x[(a * 3 + row) * 6 + k], q = x[(b * 3 + row) * 6 + k];
      dot += p * q, aa += p * p, bb += q * q;
    }
    return dot / std::sqrt(aa * bb);
  };
  double expected = 0, kept = 0;
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t row = 0; row < 3; ++row) {
      if (!v[i * 3 + row]) continue;
      const std::size_t own = i % 2 + (i < 2 ? 2 : 0), other = (i + 1) % 2 + (i < 2 ? 2 : 0);
      expected += std::log(1 + std::exp(2 / 0.1 * (cosine(i, other, row) - cosine(i, own, row))));
      ++kept;
    }
  CHECK(some == doctest::Approx(expected / kept).epsilon(1e-4));
  const std::vector<std::uint8_t> none(12, 0);
  CHECK(patch_loss(Variable(patches), Tensor::from(device, {4, 3, 1}, std::span<const std::uint8_t>(none)),
                   0.1, 0)
            .value.item() == 0);
}

// A device with memory of its own decides by itself which triplets are active: devices_test takes a step
// there.
TEST_CASE("triplets that the device finds active give the loss and the gradient of those that were mined") {
  Device device = Device::open("reference");
  const std::vector<std::int32_t> identities = {0, 1, 2, 0, 1, 2, 2};
  Random random(8);
  std::vector<Real> d(49);
  for (Real& value : d) value = static_cast<Real>(2 * random.uniform());
  for (const double margin : {0.3, -5.0}) {  // with the second one none is active
    LossOptions options;
    options.margin = margin;
    Random unused(0);
    const MinedTriplets mined = mine(Mining::all, d, identities, margin, unused);
    CHECK((mined.count() > 0) == (margin > 0));
    CHECK(static_cast<Index>(all_triplets(identities).size()) == 3 * mined.possible);
    CHECK(mined.count() < mined.possible);
    Tape one, other;
    const Variable x = one.input(rows(device, {7, 7}, d), true),
                   y = other.input(rows(device, {7, 7}, d), true);
    const Variable by_device = active_triplet_loss(x, identities, options);
    one.backward(by_device);
    const std::vector<Real> gradient = one.gradient(x).values();
    if (mined.count() == 0) {
      CHECK(by_device.value.item() == 0);
      CHECK(std::ranges::all_of(gradient, [](Real g) { return g == 0; }));
      CHECK(!mined_triplet_loss(y, mined, options).value);
      continue;
    }
    const Variable by_host = mined_triplet_loss(y, mined, options);
    other.backward(by_host);
    CHECK(by_device.value.item() == doctest::Approx(by_host.value.item()).epsilon(1e-5));
    const std::vector<Real> expected = other.gradient(y).values();
    for (std::size_t i = 0; i < gradient.size(); ++i)
      CHECK(gradient[i] == doctest::Approx(expected[i]).epsilon(1e-5).scale(0.01));
  }
  LossOptions options;
  const std::vector<std::int32_t> alone = {0, 1, 2};
  CHECK(!active_triplet_loss(Variable(rows(device, {3, 3}, std::vector<Real>(9))), alone, options).value);
}

TEST_CASE("triplets that the device chooses give the loss and the gradient of those that were mined") {
  Device device = Device::open("reference");
  const std::vector<std::int32_t> identities = {0, 1, 2, 0, 1, 2, 2, 3};
  Random random(9);
  std::vector<Real> d(64);
  for (Real& value : d) value = static_cast<Real>(std::floor(6 * random.uniform())) / 3;  // with equal ones
  for (const Mining mining : {Mining::hard, Mining::semihard, Mining::random, Mining::all}) {
    LossOptions options;
    options.mining = mining;
    Random choice(4), same(4);
    Tape one, other;
    const Variable x = one.input(rows(device, {8, 8}, d), true),
                   y = other.input(rows(device, {8, 8}, d), true);
    const Variable by_device = device_triplet_loss(x, identities, options, choice);
    const Variable by_host =
        mined_triplet_loss(y, mine(mining, d, identities, options.margin, same), options);
    one.backward(by_device);
    other.backward(by_host);
    CHECK(by_device.value.item() == doctest::Approx(by_host.value.item()).epsilon(1e-5));
    const std::vector<Real> gradient = one.gradient(x).values(), expected = other.gradient(y).values();
    for (std::size_t i = 0; i < gradient.size(); ++i)
      CHECK(gradient[i] == doctest::Approx(expected[i]).epsilon(1e-5).scale(0.01));
  }
  const std::vector<std::int32_t> alone = {0, 1, 2};
  LossOptions options;
  options.mining = Mining::hard;
  CHECK(!chosen_triplet_loss(Variable(rows(device, {3, 3}, std::vector<Real>(9))), alone, options).value);
}

TEST_CASE("the gate learns from detached patches: its loss leaves no gradient in them") {
  Device device = Device::open("reference");
  Options options = tiny_options();
  options.loss.triplet_weight = 0, options.loss.softmax_weight = 0, options.loss.patch_weight = 0;
  options.loss.identity_weight = 0;
  Network network(device, options.network, 1);
  Random random(3), noise(4);
  Tape tape;
  const Variable images = tape.input(random_tensor(device, {4, 48, 20, 3}, random));
  const NetworkOutput out = network(images, {}, Mode::train, noise);
  clear_gradients(network.parameters());
  tape.backward(gate_loss(out.gate, ones(device, out.gate.shape())));
  for (const NamedParameter& named : network.parameters()) {
    if (!named.parameter->trainable) continue;
    double sum = 0;
    for (const Real g : named.parameter->gradient.values()) sum += std::abs(static_cast<double>(g));
    INFO(named.name);
    CHECK((sum > 0) == named.name.starts_with("tier3.gate"));
  }
}

TEST_CASE("an odd batch has no two views") {
  Device device = Device::open("reference");
  CHECK_THROWS_WITH(cross_camera_softmax(Variable(Tensor::zeros(device, {3, 2})), 0.1),
                    doctest::Contains("a batch of 2 views has a multiple of 2 images, not 3"));
}

// The whole way: pixels -> three tiers -> every part of the loss -> back. In double precision; the float
// build runs the same code on a looser leash elsewhere (golden values).
TEST_CASE("gradients of the whole network and all losses agree with differences" *
          doctest::skip(sizeof(Real) != 8)) {
  Device device = Device::open("reference");
  for (const RecurrentKind recurrent : {RecurrentKind::elman, RecurrentKind::gru, RecurrentKind::attention}) {
    const bool rows_network = recurrent == RecurrentKind::gru;
    CAPTURE(static_cast<int>(recurrent));
    Options options = tiny_options();
    options.loss.identity_weight = 0.3, options.loss.mining = Mining::hard;
    options.network.batch_norm = !rows_network;
    options.network.activation = rows_network ? Activation::tanh : Activation::relu;
    options.network.patches = rows_network ? Patches::rows : Patches::grid;
    options.network.recurrent = recurrent;
    options.network.bidirectional = rows_network;
    Network network(device, options.network, 7);
    Linear identity(device, Random(9), network.embedding_size(), 3);
    ParameterList parameters = network.parameters();
    identity.list("identity", parameters);
    std::erase_if(parameters, [](const NamedParameter& p) { return !p.parameter->trainable; });
    Random random(5);
    const PatchGrid grid = network.grid();
    std::vector<std::uint8_t> v(static_cast<std::size_t>(6 * grid.patches()), 1);
    for (std::size_t i = 0; i < v.size(); i += 3) v[i] = 0;
    std::vector<Real> flat(v.size(), 0);
    complete_strips(grid, options.network.strips, flat, v);
    const std::vector<std::int32_t> identities = {0, 1, 2, 0, 1, 2};

    const auto loss = [&](const std::vector<Variable>& inputs) {
      Random noise(1), choice(1);
      const Tensor labels =
          Tensor::from(device, {6, grid.rows, grid.columns}, std::span<const std::uint8_t>(v));
      const NetworkOutput out = network(inputs[0], {PatchSelection::By::labels, labels}, Mode::train, noise);
      LossInputs given;
      given.identities = identities,
      given.labels = labels;  // no gate: differences see through its detach, backward must not
      given.identity_logits = identity(out.embedding);
      given.identity = Tensor::from(device, {6}, std::span<const std::int32_t>(identities));
      return total_loss(out, given, options.loss, 1, choice).total;
    };
    GradientCheckOptions check;
    check.most_elements = 25;
    check.step = 1e-5;
    const GradientCheck result =
        check_gradients(loss, {random_tensor(device, {6, 48, 20, 3}, random)}, parameters, Random(11), check);
    CAPTURE(result.worst);
    CAPTURE(result.checked);
    CAPTURE(result.skipped);
    CHECK(result.passed(1e-6));
  }
}
