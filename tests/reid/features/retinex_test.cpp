#include "reid/features/retinex.h"

#include <cmath>

#include "tests/reid/features/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("a blur keeps an even image and spreads a point as a Gaussian") {
  for (const float v : blur(flat(9, 7, 0.5f, 0.25f, 1), 2).values)
    CHECK((v == doctest::Approx(0.5) || v == doctest::Approx(0.25) || v == doctest::Approx(1)));
  Planes point = grey_of(21, 21, std::vector<float>(441, 0));
  point.plane(0)[10 * 21 + 10] = 1;
  const Planes spread = blur(point, 1.5f);
  const float* centre = spread.plane(0) + 10 * 21 + 10;
  CHECK(centre[1] / centre[0] == doctest::Approx(std::exp(-1 / 4.5)));
  CHECK(centre[21] / centre[0] == doctest::Approx(std::exp(-1 / 4.5)));
  CHECK(centre[5] == 0);  // beyond three sigma
}

TEST_CASE("Retinex: an even image is grey, and a lamp of another colour changes little") {
  for (const float v : retinex(flat(128, 48, 0.8f, 0.3f, 0.1f), {}).values)
    CHECK(v == doctest::Approx(0.5).epsilon(0.01));
  // Light values, so that the one grey level that is added to each hardly counts.
  Planes scene = noise_planes(4);
  for (float& v : scene.values) v = 0.5f + v / 2;
  Planes lamp = scene;
  const float gain[] = {0.9f, 0.6f, 0.5f};
  for (Index c = 0; c < 3; ++c)
    for (Index i = 0; i < lamp.pixels(); ++i) lamp.plane(c)[i] *= gain[c];
  const Planes a = retinex(scene, {}), b = retinex(lamp, {});
  double before = 0, after = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    before += std::abs(scene.values[i] - lamp.values[i]);
    after += std::abs(a.values[i] - b.values[i]);
  }
  CHECK(after < before / 20);
}

TEST_CASE("Retinex stretches R so that k deviations fill 0..1") {
  const Planes treated = retinex(noise_planes(5), {{5, 20}, 3});
  double sum = 0, squares = 0;
  for (const float v : treated.values) sum += v, squares += double(v) * v;
  const double n = static_cast<double>(treated.values.size()), mean = sum / n;
  CHECK(mean == doctest::Approx(0.5).epsilon(0.01));
  // A deviation of 1 / (2 k), a little less for what is clipped.
  CHECK(std::sqrt(squares / n - mean * mean) == doctest::Approx(1.0 / 6).epsilon(0.05));
}

TEST_CASE("grey world: the means of the channels become one") {
  Planes warm = noise_planes(6);
  for (Index i = 0; i < warm.pixels(); ++i)
    warm.plane(2)[i] *= 0.5f, warm.plane(0)[i] *= 0.6f, warm.plane(1)[i] *= 0.6f;
  const Planes grey = grey_world(warm);
  double mean[3] = {};
  for (Index c = 0; c < 3; ++c)
    for (Index i = 0; i < grey.pixels(); ++i)
      mean[c] += grey.plane(c)[i] / static_cast<double>(grey.pixels());
  CHECK(mean[0] == doctest::Approx(mean[2]).epsilon(1e-4));
  CHECK(mean[1] == doctest::Approx(mean[2]).epsilon(1e-4));
  for (const float v : grey_world(flat(4, 4, 0, 0, 0)).values) CHECK(v == 0);
}
