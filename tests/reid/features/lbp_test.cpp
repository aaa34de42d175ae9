#include "reid/features/lbp.h"

#include <algorithm>
#include <set>

#include "tests/reid/features/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("uniform patterns: 58 of 8 points, 242 of 16, and one bin for the others") {
  for (const int points : {8, 16}) {
    const auto bins = uniform_pattern_bins(points);
    const int last = points * (points - 1) + 2;
    CHECK(lbp_bins(points) == last + 1);
    CHECK(std::set<int>(bins.begin(), bins.end()).size() == static_cast<std::size_t>(last + 1));
    CHECK(bins[0] == 0);
    CHECK(bins[5] == last);  // 101: four changes
    CHECK(bins[bins.size() - 1] == last - 1);
    CHECK(std::count(bins.begin(), bins.end(), 3) == 1);
  }
  CHECK(uniform_pattern_bins(8)[0b10000001] != 58);  // the circle closes: two changes
}

TEST_CASE("LBP of an edge and of a bright point") {
  const auto bins = uniform_pattern_bins(8);
  // A bright point is brighter than all its neighbours: no bit is set.
  std::vector<float> values(25, 0.2f);
  values[12] = 0.9f;
  const auto point = lbp(grey_of(5, 5, values), 8, 1);
  CHECK(point[12] == bins[0]);
  CHECK(point[0] == bins[255]);  // flat: all as bright as the centre
  // Dark left, bright right. Seen from the bright column 3, points 3, 4, 5 (up left, left, down left) are
  // darker.
  std::vector<float> edge;
  for (int i = 0; i < 36; ++i) edge.push_back(i % 6 < 3 ? 0.1f : 0.8f);
  const auto codes = lbp(grey_of(6, 6, edge), 8, 1);
  CHECK(codes[2 * 6 + 3] == bins[0b11000111]);
  CHECK(codes[2 * 6 + 2] == bins[255]);
}

TEST_CASE("LBP of a flat image is one bin, whatever the grey, also between pixels") {
  for (const float grey : {0.0f, 0.1f, 0.3f, 0.7f, 1.0f}) {
    const auto codes = lbp(grey_of(6, 6, std::vector<float>(36, grey)), 16, 2);
    for (const auto code : codes) CHECK(code == lbp_bins(16) - 2);
  }
}
