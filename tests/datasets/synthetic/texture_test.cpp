#include "datasets/synthetic/texture.h"

#include <doctest/doctest.h>

#include "datasets/synthetic/vector.h"

using namespace triptych::synthetic;

TEST_CASE("floor_int rounds down on both sides of zero") {
  CHECK(floor_int(2.7f) == 2);
  CHECK(floor_int(-2.7f) == -3);
  CHECK(floor_int(-2.f) == -2);
  CHECK(floor_int(0.f) == 0);
}

TEST_CASE(
    "value noise is the lattice at whole numbers, between its neighbours elsewhere, and closes over its "
    "period") {
  CHECK(value_noise(3, -2, 9) == hash01(3, -2, 9));
  for (int i = 0; i < 50; ++i) {
    const float x = 0.37f * static_cast<float>(i) - 8, y = 0.21f * static_cast<float>(i) - 4;
    CHECK(value_noise(x + 5, y, 1, 5) == doctest::Approx(value_noise(x, y, 1, 5)).epsilon(1e-4));
    const int x0 = floor_int(x), y0 = floor_int(y);
    const float corner[] = {hash01(x0, y0, 2), hash01(x0 + 1, y0, 2), hash01(x0, y0 + 1, 2),
                            hash01(x0 + 1, y0 + 1, 2)};
    CHECK(value_noise(x, y, 2) <= *std::max_element(corner, corner + 4) + 1e-6f);
    CHECK(value_noise(x, y, 2) >= *std::min_element(corner, corner + 4) - 1e-6f);
  }
}

TEST_CASE("lattice numbers fill 0..1 evenly and do not follow their neighbours") {
  double mean = 0, product = 0;
  for (int y = 0; y < 100; ++y)
    for (int x = 0; x < 100; ++x) {
      mean += hash01(x, y, 7);
      product += (hash01(x, y, 7) - 0.5) * (hash01(x + 1, y, 7) - 0.5);
    }
  CHECK(std::abs(mean / 1e4 - 0.5) < 0.012);  // four deviations of the mean of 10^4 uniform numbers
  CHECK(std::abs(product / 1e4) < 4 * (1 / 12.) / 100);  // and of their covariance
}

TEST_CASE("a stripe covers its share of the period") {
  double covered = 0;
  for (int i = 0; i < 10000; ++i) covered += stripe(-3 + 0.001f * static_cast<float>(i), 0.5f, 0.3f, 0.02f);
  CHECK(covered / 10000 == doctest::Approx(0.3).epsilon(0.01));
  CHECK(stripe(0.25f, 0.5f, 0.3f, 0.02f) == 1);
  CHECK(stripe(0.f, 0.5f, 0.3f, 0.02f) == 0);
}
