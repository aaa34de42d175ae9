#include "reid/features/colour.h"

#include "tests/reid/features/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

void check(ColourTriple got, double a, double b, double c, double tolerance = 1e-5) {
  CHECK(std::abs(got.a - a) <= tolerance);
  CHECK(std::abs(got.b - b) <= tolerance);
  CHECK(std::abs(got.c - c) <= tolerance);
}

}  // namespace

TEST_CASE("hue, saturation, value of known colours") {
  check(hsv(1, 0, 0), 0, 1, 1);
  check(hsv(0, 0.5f, 0), 1.0 / 3, 1, 0.5);
  check(hsv(0.5f, 0.5f, 1), 2.0 / 3, 0.5, 1);
  check(hsv(1, 0, 0.5f), 11.0 / 12, 1, 1);
  check(hsv(0.25f, 0.25f, 0.25f), 0, 0, 0.25);
  check(hsv(0, 0, 0), 0, 0, 0);
}

TEST_CASE("L*a*b* of known colours") {
  check(lab(1, 1, 1), 100, 0, 0, 0.02);
  check(lab(0, 0, 0), 0, 0, 0, 0.02);
  check(lab(1, 0, 0), 53.24, 80.09, 67.20, 0.05);
  check(lab(0, 0, 1), 32.30, 79.19, -107.86, 0.05);
}

TEST_CASE("video luminance and chrominance") {
  check(ycbcr(0, 0, 0), 16.0 / 255, 128.0 / 255, 128.0 / 255);
  check(ycbcr(1, 1, 1), 235.0 / 255, 128.0 / 255, 128.0 / 255);
  check(ycbcr(0, 0, 1), 40.966 / 255, 240.0 / 255, 109.786 / 255);
}

TEST_CASE("colours without the light's strength") {
  check(chromaticity(0.2f, 0.2f, 0.4f), 0.25, 0.25, 0.5);
  check(chromaticity(0.1f, 0.1f, 0.2f), 0.25, 0.25, 0.5);
  check(chromaticity(0, 0, 0), 0, 0, 0);
  // (R - G)^2 = 0.01, (R - B)^2 = 0.09, (G - B)^2 = 0.04
  check(l1l2l3(0.5f, 0.4f, 0.2f), 0.01 / 0.14, 0.09 / 0.14, 0.04 / 0.14);
  check(l1l2l3(0.6f, 0.6f, 0.6f), 1.0 / 3, 1.0 / 3, 1.0 / 3);
}

TEST_CASE("a conversion is made pixel by pixel") {
  Planes rgb = flat(1, 2, 0, 0, 0);
  rgb.plane(0)[1] = 1;
  const Planes converted = convert(rgb, hsv);
  CHECK(converted.plane(2)[0] == 0);
  CHECK(converted.plane(2)[1] == 1);
}
