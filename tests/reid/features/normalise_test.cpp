#include "reid/features/normalise.h"

#include <cmath>

#include "tests/reid/features/helpers.h"

using namespace triptych;
using namespace triptych::testing;
using doctest::Approx;

namespace {

Feature two_blocks() {
  return {"two", "", "", 4, {{"counts", 0, 2, Damping::logarithm}, {"plain", 2, 2, Damping::none}}, nullptr};
}

FeatureMatrix rows_of(Index size, const std::vector<float>& values) {
  FeatureMatrix rows(static_cast<Index>(values.size()) / size, size);
  rows.values = values;
  return rows;
}

}  // namespace

TEST_CASE("prepare: logarithms of counts, and each block to length 1") {
  const float e = std::exp(1.0f);
  const FeatureMatrix rows =
      prepare(two_blocks(), rows_of(4, {e * e * e - 1, e * e * e * e - 1, 6, 8, 0, 0, 0, -2}));
  const float expected[] = {0.6f, 0.8f, 0.6f, 0.8f, 0, 0, 0, -1};
  for (std::size_t i = 0; i < 8; ++i) CHECK(rows.values[i] == Approx(expected[i]));
}

TEST_CASE("prepare: roots of histograms, whose inner product is then their affinity") {
  const Feature feature{"histogram", "", "", 2, {{"all", 0, 2, Damping::root}}, nullptr};
  const FeatureMatrix rows = prepare(feature, rows_of(2, {9, 16, 1, 0}));
  CHECK(rows.values[0] == Approx(0.6));
  CHECK(rows.values[1] == Approx(0.8));
  CHECK(rows.values[2] == 1);
}

TEST_CASE("each camera loses the mean of its own training rows; test rows are never looked at") {
  const Feature feature{"one", "", "", 2, {{"all", 0, 2, Damping::none}}, nullptr};
  const std::vector<int> cameras = {0, 0, 0, 1, 1};
  const std::vector<Index> training = {0, 1, 3};
  const std::vector<float> values = {1, 2, 3, 4, 100, 100, 5, 6, 8, 10};
  const CameraMeans means = fit_camera_means(rows_of(2, values), cameras, training);
  CHECK(means.mean[0] == std::vector<float>{2, 3});
  CHECK(means.mean[1] == std::vector<float>{5, 6});
  const FeatureMatrix centred = centre(feature.blocks, rows_of(2, values), cameras, means);
  CHECK(centred.row(0)[0] == Approx(-std::sqrt(0.5)));
  CHECK(centred.row(3)[0] == 0);  // it is the mean: a block of zeros stays
  CHECK(centred.row(4)[0] == Approx(0.6));
  CHECK(centred.row(4)[1] == Approx(0.8));

  std::vector<float> other_tests = values;
  for (const std::size_t i : {4, 5, 8, 9}) other_tests[i] = -7;
  CHECK(fit_camera_means(rows_of(2, other_tests), cameras, training).mean == means.mean);
}

TEST_CASE("a camera that was never trained on, and rows that do not fit, are errors") {
  const Feature feature{"one", "", "", 2, {{"all", 0, 2, Damping::none}}, nullptr};
  const FeatureMatrix rows = rows_of(2, {1, 2, 3, 4});
  const std::vector<int> cameras = {0, 1};
  const std::vector<Index> first = {0};
  const CameraMeans means = fit_camera_means(rows, cameras, first);
  CHECK(contains(complaint([&] { centre(feature.blocks, rows, cameras, means); }),
                 "camera 1 has no training image"));
  CHECK(contains(complaint([&] { fit_camera_means(rows, cameras, {}); }), "no training images"));
  CHECK(contains(complaint([&] { prepare(two_blocks(), rows); }), "rows of 2 numbers"));
  CHECK(contains(complaint([&] { fit_camera_means(rows, std::vector<int>{0}, first); }), "2 cameras, not 1"));
}

TEST_CASE("features side by side") {
  const std::vector<FeatureMatrix> parts = {rows_of(1, {1, 4}), rows_of(2, {2, 3, 5, 6})};
  const FeatureMatrix all = concatenate(parts);
  CHECK(all.size == 3);
  CHECK(all.values == std::vector<float>{1, 2, 3, 4, 5, 6});
  const std::vector<FeatureMatrix> uneven = {rows_of(1, {1, 4}), rows_of(1, {2})};
  CHECK(contains(complaint([&] { concatenate(uneven); }), "2 and of 1 images"));
  CHECK(contains(complaint([] { concatenate({}); }), "no features"));
}
