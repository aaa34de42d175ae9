#include "reid/features/lomo.h"

#include <algorithm>
#include <numeric>

#include "tests/reid/features/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("the maximal occurrence of two windows") {
  // 10 x 15: windows at column 0 and 5. Code 1 on columns 0..1, code 2 on columns 9..14, code 0 elsewhere.
  std::vector<std::uint16_t> codes(150, 0);
  for (int y = 0; y < 10; ++y)
    for (int x = 0; x < 15; ++x) codes[static_cast<std::size_t>(y * 15 + x)] = x < 2 ? 1 : x >= 9 ? 2 : 0;
  float most[3];
  CHECK(maximal_occurrence(codes, 10, 15, 3, most) == 1);
  CHECK(most[0] == 70);  // left window: columns 2..8
  CHECK(most[1] == 20);  // left window
  CHECK(most[2] == 60);  // right window: columns 9..14
}

TEST_CASE("LOMO of a flat image: one colour and one pattern in every row of windows, 100 times") {
  const std::vector<float> counts = feature_of("lomo-plain", flat(128, 48, 1, 0, 0));
  REQUIRE(counts.size() == 26960);
  // Red: hue step 0, saturation step 7, value step 7.
  const std::size_t red = (7 * 8 + 7) * 8;
  for (std::size_t row = 0; row < 40; ++row) {
    CHECK(counts[row * 512 + red] == 100);
    CHECK(counts[40 * 512 + row * 81] == 100);
    CHECK(counts[40 * (512 + 81) + row * 81] == 100);
  }
  CHECK(std::accumulate(counts.begin(), counts.end(), 0.0) == 3 * 40 * 100);
}

TEST_CASE("LOMO does not change when somebody stands five pixels further right") {
  // A patch of noise on an even wall, far enough from the borders for SILTP at radius 5. The second scale is
  // 2.5 pixels off its windows, so only the 24 rows of the first are compared.
  const Planes noise = noise_planes(8);
  const auto standing_at = [&noise](Index column) {
    Planes image = flat(128, 48, 0.5f, 0.5f, 0.5f);
    for (Index c = 0; c < 3; ++c)
      for (Index y = 20; y < 100; ++y)
        for (Index x = 0; x < 12; ++x) image.plane(c)[y * 48 + column + x] = noise.plane(c)[y * 48 + x];
    return image;
  };
  const std::vector<float> left = feature_of("lomo-plain", standing_at(15));
  const std::vector<float> right = feature_of("lomo-plain", standing_at(20));
  const std::vector<float> between = feature_of("lomo-plain", standing_at(17));
  const auto same = [](const auto& a, const auto& b, std::size_t first, std::size_t size) {
    return std::equal(a.begin() + first, a.begin() + first + size, b.begin() + first);
  };
  CHECK(same(left, right, 0, 24 * 512));
  CHECK(same(left, right, 40 * 512, 24 * 81));
  CHECK_FALSE(same(left, between, 0, 24 * 512));
}

TEST_CASE("the original's halved bins: between hue 0 and hue 7 lies 3") {
  // Columns of two reds, hue just above 0 and just below 1, turn by turn.
  Planes image(3, 128, 48);
  for (Index i = 0; i < image.pixels(); ++i) image.plane(0)[i] = 1, image.plane(i % 2 ? 1 : 2)[i] = 0.1f;
  const auto second_scale = [&image](bool halve_bins) {
    std::vector<float> counts(lomo_size);
    lomo(image, grey_plane(image), {halve_bins}, counts.data());
    const auto row = counts.begin() + 24 * 512;
    return std::max_element(row, row + 512) - row;
  };
  CHECK(second_scale(true) == (7 * 8 + 7) * 8 + 3);
  CHECK(second_scale(false) == (7 * 8 + 7) * 8);  // mean colour (1, .05, .05)
}
