#include "reid/em/em.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/error.h"
#include "engine/ops.h"
#include "reid/network/pooling_tier.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("percentiles interpolate between neighbours, as numpy's do") {
  const std::vector<Real> values = {4, 1, 3, 2};
  CHECK(percentile(values, 0) == doctest::Approx(1));
  CHECK(percentile(values, 25) == doctest::Approx(1.75));
  CHECK(percentile(values, 50) == doctest::Approx(2.5));
  CHECK(percentile(values, 100) == doctest::Approx(4));
  CHECK(percentile(std::vector<Real>{7}, 30) == doctest::Approx(7));
  CHECK_THROWS_AS(percentile({}, 50), Error);
}

TEST_CASE("thresholds on a map made by hand: T = min(H_i, R)") {
  Device device = Device::open("reference");
  // Two images of camera 0, one of camera 1, four patches each.
  const std::vector<Real> map = {Real(0.1), Real(0.2), Real(0.3), Real(0.4),   // H = 0.25 at the median
                                 Real(0.5), Real(0.6), Real(0.7), Real(0.8),   // H = 0.65
                                 Real(0.2), Real(0.2), Real(0.2), Real(0.9)};  // H = 0.2
  const std::vector<std::int32_t> camera = {0, 0, 1};
  // R of camera 0: median of its eight numbers = 0.45; of camera 1: 0.2.
  // T = min(0.25, 0.45), min(0.65, 0.45), min(0.2, 0.2)
  CHECK(threshold_map(device, map, camera, 4, 50, 50) ==
        std::vector<std::uint8_t>{0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  // With R out of the way (100th percentile: 0.8 and 0.9), each image's own median decides.
  CHECK(threshold_map(device, map, camera, 4, 50, 100) ==
        std::vector<std::uint8_t>{0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1});
  // The 0th percentile keeps everything.
  CHECK(threshold_map(device, map, camera, 4, 0, 0) == std::vector<std::uint8_t>(12, 1));
}

TEST_CASE("at least the share 1 - P1 of every image survives, whatever R is") {
  Device device = Device::open("reference");
  Random random(3);
  std::vector<Real> map(10 * 20);
  for (Real& value : map) value = Real(random.uniform());
  for (std::size_t i = 0; i < 20; ++i) map[i] *= Real(0.01);  // one hopeless image
  const auto v = threshold_map(device, map, std::vector<std::int32_t>(10, 0), 20, 25, 60);
  for (std::size_t image = 0; image < 10; ++image) {
    int kept = 0;
    for (std::size_t j = 0; j < 20; ++j) kept += v[image * 20 + j];
    CHECK(kept >= 15);
  }
}

TEST_CASE("a map in which every number is the same keeps every patch") {
  Device device = Device::open("reference");
  const std::vector<Real> map(
      12, Real(0.1));  // 0.1 has no exact binary form: the threshold must not round above it
  CHECK(threshold_map(device, map, std::vector<std::int32_t>(3, 0), 4, 25, 25) ==
        std::vector<std::uint8_t>(12, 1));
}

namespace {

// Three people, two cameras, a grid of two patches on top of each other. The upper patch points into a
// direction of the person's own, in a plane; the lower one stands upright on that plane for everybody.
EmbeddedImages three_identities() {
  EmbeddedImages bag;
  bag.count = 6, bag.size = 2, bag.grid = {2, 1};
  for (int camera = 0; camera < 2; ++camera)
    for (int identity = 0; identity < 3; ++identity) {
      const double angle = 2 * 3.14159265358979 / 3 * identity;
      bag.patches.insert(bag.patches.end(), {Real(std::cos(angle)), Real(std::sin(angle)), 0, 0, 0, 1});
    }
  return bag;
}
const Who three_who = {{0, 1, 2, 0, 1, 2}, {0, 0, 0, 1, 1, 1}};

}  // namespace

TEST_CASE(
    "the similarity map: patches that single their owner out score high, patches that all share score 1 / "
    "people") {
  Device device = Device::open("reference");
  const double temperature = 0.5;
  const auto s = similarity_map(device, three_identities(), three_who, temperature, 0);
  // The upper patch: squared distances 0 to its own person and 2 - 2 cos(120 degrees) = 3 to the two others.
  const double own = 1 / (1 + 2 * std::exp(-3 / temperature));
  for (std::size_t image = 0; image < 6; ++image) {
    CHECK(s[2 * image] == doctest::Approx(own).epsilon(1e-5));
    CHECK(s[2 * image + 1] == doctest::Approx(1.0 / 3).epsilon(1e-5));
  }
}

TEST_CASE("with a reach of one row, a patch finds its match in the row beside it") {
  Device device = Device::open("reference");
  EmbeddedImages bag = three_identities();
  // Person 0 stands one row lower under camera 1: the patches of image 3 have changed places.
  for (std::size_t axis = 0; axis < 3; ++axis) std::swap(bag.patches[18 + axis], bag.patches[21 + axis]);
  const auto near = similarity_map(device, bag, three_who, 0.5, 0),
             far = similarity_map(device, bag, three_who, 0.5, 1);
  // Cosines of the own person and of the two others: 0 and -1/2 in the same row, 1 and 0 with the row beside
  // it.
  CHECK(near[0] == doctest::Approx(1 / (1 + 2 * std::exp(-0.5 * 2 / 0.5))).epsilon(1e-5));
  CHECK(far[0] == doctest::Approx(1 / (1 + 2 * std::exp(-1 * 2 / 0.5))).epsilon(1e-5));
}

TEST_CASE("E step: people whom one camera never saw tell nothing and break nothing") {
  Device device = Device::open("reference");
  const Who lonely = {{0, 1, 2, 0, 1, 3}, {0, 0, 0, 1, 1, 1}};
  const auto s = similarity_map(device, three_identities(), lonely, 0.5, 0);
  CHECK(s[4] == 0);
  CHECK(s[10] == 0);
  CHECK(s[0] > 0);
}

TEST_CASE("the whole E step on the hand-made people drops the patch that everybody shares") {
  Device device = Device::open("reference");
  EmOptions options;
  options.sigma = 0, options.image_percentile = 50, options.camera_percentile = 50, options.reach = 0;
  const PatchLabels labels = e_step(device, three_identities(), three_who, 0.5, options);
  CHECK(labels.v == std::vector<std::uint8_t>{1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0});
  CHECK(labels.share_kept() == doctest::Approx(0.5));
  CHECK(share_changed(PatchLabels::everything(6, {2, 1}), labels) == doctest::Approx(0.5));
  CHECK(share_changed(labels, labels) == 0);
}

TEST_CASE("a strip without a surviving patch gets its best one, and the others are left alone") {
  const PatchGrid grid = {4, 2};  // 2 strips of 2 rows
  const std::vector<Real> score = {Real(0.1), Real(0.9), Real(0.3), Real(0.2),
                                   Real(0.4), Real(0.5), Real(0.6), Real(0.05)};
  std::vector<std::uint8_t> mask = {0, 0, 0, 0, 0, 1, 0, 0};
  complete_strips(grid, 2, score, mask);
  CHECK(mask == std::vector<std::uint8_t>{0, 1, 0, 0, 0, 1, 0, 0});
  CHECK(select_patches(grid, 2, score, Real(0.55)) == std::vector<std::uint8_t>{0, 1, 0, 0, 0, 0, 1, 0});
}

TEST_CASE("a batch of two views has the similarity map of its images") {
  Device device = Device::open("reference");
  Random random(4);
  EmbeddedImages bag;
  bag.count = 6, bag.size = 1, bag.grid = {3, 2};
  const Tensor patches = random_tensor(device, {6, 3, 2, 4}, random);
  bag.patches = l2_normalise(Variable(patches)).value.values();
  const std::vector<Real> expected = similarity_map(device, bag, three_who, 0.3, 1),
                          found = batch_similarity_map(patches, 0.3, 1);
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == doctest::Approx(double(expected[i])));
}

TEST_CASE("all images of an identity are candidates: a patch finds the one that shows it") {
  Device device = Device::open("reference");
  // Each identity once more in camera 1; those images come first, and show patches that are nobody's own.
  EmbeddedImages bag = three_identities();
  const std::vector<Real> camera_1(bag.patches.begin() + 18, bag.patches.end());
  bag.patches.resize(18);
  for (int i = 0; i < 6; ++i) bag.patches.insert(bag.patches.end(), {0, 0, 1});
  bag.patches.insert(bag.patches.end(), camera_1.begin(), camera_1.end());
  bag.count = 9;
  const Who who = {{0, 1, 2, 0, 1, 2, 0, 1, 2}, {0, 0, 0, 1, 1, 1, 1, 1, 1}};
  const auto first = similarity_map(device, bag, who, 0.5, 0),
             all = similarity_map(device, bag, who, 0.5, 0, {}, ECandidates::all);
  CHECK(first[0] == doctest::Approx(1.0 / 3));
  // Cosines with the best image of each: 1 with the own person's, 0 with the others' strange images.
  CHECK(all[0] == doctest::Approx(1 / (1 + 2 * std::exp(-2 / 0.5))).epsilon(1e-5));
}

TEST_CASE("the prior's rule: P(V = 1 | s) = pi s / (pi s + (1 - pi) / K)") {
  Device device = Device::open("reference");
  EmOptions options;
  options.sigma = 0, options.threshold = EThreshold::prior, options.prior = 0.25, options.soft = true;
  const std::vector<Real> s = {Real(0.1), Real(0.29), Real(0.31), Real(0.9)};
  // K = 10: V = 1 from s = 0.75 / (0.25 * 10) = 0.3 on
  const PatchLabels labels = label_patches(device, {2, 2}, s, std::vector<std::int32_t>{0}, 10, options);
  CHECK(labels.v == std::vector<std::uint8_t>{0, 0, 1, 1});
  CHECK(labels.posterior[0] == doctest::Approx(0.025 / (0.025 + 0.075)));
  CHECK(labels.posterior[3] == doctest::Approx(0.225 / (0.225 + 0.075)));
  options.soft = false;
  CHECK(label_patches(device, {2, 2}, s, std::vector<std::int32_t>{0}, 10, options).posterior.empty());
}

TEST_CASE("R alone decides with --em-threshold camera: the share kept differs by image") {
  Device device = Device::open("reference");
  EmOptions options;
  options.sigma = 0, options.threshold = EThreshold::camera, options.camera_percentile = 50;
  const std::vector<Real> s = {Real(0.1), Real(0.2), Real(0.3), Real(0.35),
                               Real(0.5), Real(0.6), Real(0.7), Real(0.8)};
  CHECK(label_patches(device, {2, 2}, s, std::vector<std::int32_t>{0, 0}, 10, options).v ==
        std::vector<std::uint8_t>{0, 0, 0, 1, 1, 1, 1, 1});  // R = 0.425; the best patch of an image remains
}

TEST_CASE("two Gaussians of log s: the fit finds where they come from") {
  Random random(8);
  std::vector<double> values;
  for (int i = 0; i < 3000; ++i)
    values.push_back(i % 10 < 7 ? -1 + 0.5 * random.normal() : -4 + 0.5 * random.normal());
  const LogMixture m = fit_log_mixture(values);
  CHECK(m.low == doctest::Approx(-4).epsilon(0.03));
  CHECK(m.high == doctest::Approx(-1).epsilon(0.05));
  CHECK(m.share == doctest::Approx(0.7).epsilon(0.03));
  CHECK(std::sqrt(m.variance) == doctest::Approx(0.5).epsilon(0.05));
  CHECK(m.posterior(-1) > 0.99);
  CHECK(m.posterior(-4) < 0.01);
  CHECK(fit_log_mixture(std::vector<double>(10, 2.0)).posterior(2) == doctest::Approx(0.5));
}
