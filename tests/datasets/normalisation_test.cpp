#include "datasets/normalisation.h"

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("means and deviations of the channels, of the given images alone") {
  const ImageSource set(
      1, 2, images_of(3, 1, 2, {0, 10, 100, 255, 10, 200, 0, 10, 100, 255, 10, 200, 9, 9, 9, 9, 9, 9}));
  const Index samples[] = {0, 1};
  const Normalisation n = measure_normalisation(set, samples);
  CHECK(n.mean[0] == doctest::Approx(0.5));
  CHECK(n.deviation[0] == doctest::Approx(0.5));
  CHECK(n.mean[1] == doctest::Approx(10 / 255.0));
  CHECK(n.deviation[1] == doctest::Approx(1 / 255.0));  // even, but never zero
  CHECK(n.mean[2] == doctest::Approx(150 / 255.0));
  CHECK(n.deviation[2] == doctest::Approx(50 / 255.0));
  CHECK(measure_normalisation(set, samples, 2).deviation[2] == n.deviation[2]);
  CHECK_THROWS_AS(measure_normalisation(set, {}), Error);
}

TEST_CASE("each camera is measured by itself, and a camera that was not measured counts as all of them") {
  ImageSource set(1, 1, images_of(4, 1, 1, {10, 10, 10, 30, 30, 30, 200, 200, 200, 90, 90, 90}));
  const Index samples[] = {0, 1, 2};
  CHECK(measure_by_camera(set, samples, true).cameras.empty());  // who took them is not known
  set.set_cameras({0, 0, 1, 2});
  CHECK(measure_by_camera(set, samples, false).cameras.empty());
  const CameraNormalisation n = measure_by_camera(set, samples, true);
  REQUIRE(n.cameras.size() == 3);
  CHECK(n.of(0).mean[0] == doctest::Approx(20 / 255.0));
  CHECK(n.of(1).mean[0] == doctest::Approx(200 / 255.0));
  CHECK(n.of(2).mean[0] == doctest::Approx(80 / 255.0));
  CHECK(n.overall.mean[0] == doctest::Approx(80 / 255.0));
  CHECK(n.of(7).mean[0] == n.overall.mean[0]);
  CHECK(n.of(-1).mean[0] == n.overall.mean[0]);
}
