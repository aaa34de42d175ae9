#include "reid/features/scncd.h"

#include <algorithm>
#include <numeric>

#include "tests/reid/features/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("a colour belongs to its five nearest names, and mostly to the nearest") {
  const NameShares& red = colour_name_shares(255, 0, 0);
  CHECK(std::count_if(red.begin(), red.end(), [](float v) { return v > 0; }) == 5);
  CHECK(std::accumulate(red.begin(), red.end(), 0.0) == doctest::Approx(1));
  CHECK(std::max_element(red.begin(), red.end()) - red.begin() == 1);  // (255, 0, 0)
  const NameShares& navy = colour_name_shares(3, 5, 120);
  CHECK(std::max_element(navy.begin(), navy.end()) - navy.begin() == 10);  // (0, 0, 128)
  // One cell of 8 x 8 x 8 colours has one answer.
  CHECK(colour_name_shares(248, 7, 7) == red);
  CHECK(colour_name_shares(247, 7, 7) != red);
}

TEST_CASE("the shares of mid-grey, by the formula") {
  // The cell's centre is w = 123.5 or 131.5 in each channel: 120..127 has 123.5. Nearest names: grey 128
  // (d^2 = 3 * 4.5^2 = 60.75), grey 192 (3 * 68.5^2 = 14076.75), and the three of (128, 128, 0) and its like
  // (2 * 4.5^2 + 123.5^2 = 15292.75); their sum is 60015.75.
  const double squares[] = {60.75, 14076.75, 15292.75, 15292.75, 15292.75};
  double shares[5], sum = 0;
  for (int k = 0; k < 5; ++k) sum += shares[k] = std::exp(-squares[k] / ((60015.75 - squares[k]) / 4));
  const NameShares& grey = colour_name_shares(124, 124, 124);
  CHECK(grey[14] == doctest::Approx(shares[0] / sum));
  CHECK(grey[15] == doctest::Approx(shares[1] / sum));
  CHECK(grey[11] == doctest::Approx(shares[2] / sum));
}

TEST_CASE("SCNCD: every histogram sums to 1; a flat image has its colour's shares everywhere") {
  const std::vector<float> f = feature_of("scncd", noise_planes(1));
  REQUIRE(f.size() == 768);
  for (std::size_t h = 0; h < 48; ++h)
    CHECK(std::accumulate(f.begin() + h * 16, f.begin() + h * 16 + 16, 0.0) ==
          doctest::Approx(1).epsilon(1e-4));
  const std::vector<float> red = feature_of("scncd", flat(128, 48, 1, 0, 0));
  for (std::size_t h = 0; h < 12; ++h)
    for (std::size_t z = 0; z < 16; ++z)
      CHECK(red[h * 16 + z] == doctest::Approx(colour_name_shares(255, 0, 0)[z]).epsilon(1e-4));
}

TEST_CASE("SCNCD: the middle of a strip looks at the middle columns") {
  Planes image = flat(128, 48, 0, 0, 1);
  for (Index y = 0; y < 128; ++y)
    for (Index x = 16; x < 32; ++x) image.plane(0)[y * 48 + x] = 1, image.plane(2)[y * 48 + x] = 0;
  const std::vector<float> f = feature_of("scncd", image);
  CHECK(f[1] < f[6 * 16 + 1]);  // red: more of it in the middle than in the whole
  CHECK(f[3] > f[6 * 16 + 3]);  // blue
}
