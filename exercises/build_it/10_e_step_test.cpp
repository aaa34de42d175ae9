#include "exercises/build_it/check.h"
#include "reid/em/em.h"

using namespace triptych;
using namespace triptych::build_it;

// Three identities, two cameras, a grid of two patches on top of each other. The upper patches of the
// identities are 120 degrees apart in a plane, the lower one is the same for all.
static EmbeddedImages three_identities() {
  EmbeddedImages bag;
  bag.count = 6, bag.size = 2, bag.grid = {2, 1};
  for (int camera = 0; camera < 2; ++camera)
    for (int identity = 0; identity < 3; ++identity) {
      const double angle = 2 * 3.14159265358979 / 3 * identity;
      bag.patches.insert(bag.patches.end(), {Real(std::cos(angle)), Real(std::sin(angle)), 0, 0, 0, 1});
    }
  return bag;
}
static const Who who = {{0, 1, 2, 0, 1, 2}, {0, 0, 0, 1, 1, 1}};

static PatchLabels labels_with(double image_percentile, double camera_percentile, double sigma) {
  EmOptions options;
  options.reach = 0, options.sigma = sigma;
  options.image_percentile = image_percentile, options.camera_percentile = camera_percentile;
  return e_step(Device::open("reference"), three_identities(), who, 1, options);
}

static std::string shown(const std::vector<std::uint8_t>& v) {
  std::string text;
  for (const std::uint8_t one : v) text += one ? "1" : "0";
  return text;
}

static void check_labels(const PatchLabels& labels, const char* expected, const char* why) {
  CHECK_MESSAGE(shown(labels.v) == expected, "v, image by image, is ", shown(labels.v), " and should be ",
                expected, ": ", why);
}

TEST_CASE("step 10: the map is P(y | x) of every patch, in its place") {
  const PatchLabels labels = labels_with(50, 50, 0);
  CHECK(labels.grid == PatchGrid{2, 1});
  // Squared distances 0 to oneself and 3 to both others: 1 / (1 + 2 exp(-3)); the lower patch fits everybody.
  const Real upper = static_cast<Real>(1 / (1 + 2 * std::exp(-3.0))), lower = Real(1) / 3;
  std::vector<Real> expected;
  for (int image = 0; image < 6; ++image) expected.insert(expected.end(), {upper, lower});
  compare("map", {6, 2}, labels.map, expected);
}

TEST_CASE("step 10: the threshold that lets more through decides") {
  check_labels(labels_with(50, 50, 0), "101010101010", "both thresholds lie between 0.33 and 0.91");
  check_labels(labels_with(0, 100, 0), "111111111111",
               "H is each image's smallest value, R the largest of all");
  check_labels(labels_with(100, 0, 0), "111111111111", "R is the smallest value of all, H the largest");
  check_labels(labels_with(100, 100, 0), "101010101010", "both thresholds are 0.91, which is reached");
}

TEST_CASE("step 10: the map is smoothed before it is compared") {
  const PatchLabels sharp = labels_with(50, 50, 0), smooth = labels_with(50, 50, 1);
  REQUIRE(smooth.map.size() == 12);
  CHECK_MESSAGE(smooth.map[0] < sharp.map[0], "with sigma = 1 the upper patch keeps ", smooth.map[0],
                "; a neighbour of 0.33 must have pulled it down from ", sharp.map[0]);
  CHECK_MESSAGE(smooth.map[1] > sharp.map[1], "and the lower one up from ", sharp.map[1]);
}

TEST_CASE("step 10: every camera has a threshold of its own") {
  // Camera 1 sees the upper patches blurred: shorter, and so less sure.
  EmbeddedImages bag = three_identities();
  for (std::size_t i = 18; i < 36; ++i) bag.patches[i] *= i % 6 < 3 ? Real(0.2) : Real(1);
  EmOptions options;
  options.reach = 0, options.sigma = 0, options.image_percentile = 100, options.camera_percentile = 60;
  const PatchLabels labels = e_step(Device::open("reference"), bag, who, 1, options);
  check_labels(labels, "101010101010", "in each camera three of six patches lie above the 60th percentile");
}

TEST_CASE("step 10: a map whose numbers are all equal keeps every patch") {
  EmbeddedImages bag = three_identities();
  for (std::size_t i = 0; i < bag.patches.size(); ++i) bag.patches[i] = i % 3 == 2 ? 1 : 0;
  for (const double share : {10.0, 37.0, 90.0}) {
    EmOptions options;
    options.image_percentile = options.camera_percentile = share;
    const PatchLabels labels = e_step(Device::open("reference"), bag, who, Real(0.7), options);
    check_labels(labels, "111111111111", "nothing lies below a threshold that equals all");
  }
}
