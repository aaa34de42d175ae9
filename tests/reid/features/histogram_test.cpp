#include "reid/features/histogram.h"

#include <numeric>

#include "tests/reid/features/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("histogram + LBP of a flat image: one step of each channel, one pattern") {
  const std::vector<float> f = feature_of("hist-lbp", flat(128, 48, 1, 0, 0.5f));
  REQUIRE(f.size() == 90 * (128 + 302));
  const float* first = f.data();
  CHECK(first[15] == 128);           // R = 1 is in the last step
  CHECK(first[16] == 128);           // G
  CHECK(first[2 * 16 + 8] == 128);   // B
  CHECK(first[3 * 16 + 14] == 128);  // H = 11/12: step 14
  CHECK(first[4 * 16 + 15] == 128);  // S
  CHECK(first[5 * 16 + 15] == 128);  // V
  CHECK(first[6 * 16 + 5] == 128);   // Y - 16 = 77.96 of 219: step 5
  CHECK(first[7 * 16 + 9] == 128);   // Cb - 16 = 112 - 37.8 + 56 = 130.2 of 224: step 9
  const float* texture = f.data() + 90 * 128;
  CHECK(texture[57] == 128);  // all points as bright as the centre
  CHECK(texture[59 + 241] == 128);
}

TEST_CASE(
    "histogram + LBP: each histogram counts the pixels of its block, and a block sees its own pixels only") {
  const std::vector<float> f = feature_of("hist-lbp", noise_planes(2));
  for (std::size_t h = 0; h < 90 * 8; ++h)
    CHECK(std::accumulate(f.begin() + h * 16, f.begin() + h * 16 + 16, 0.0) == 128);
  CHECK(std::accumulate(f.begin() + 90 * 128, f.end(), 0.0) == 180 * 128);

  Planes corner = flat(128, 48, 0, 0, 0);
  for (Index y = 0; y < 8; ++y)
    for (Index x = 0; x < 8; ++x) corner.plane(0)[y * 48 + x] = 1;
  const std::vector<float> g = feature_of("hist-lbp", corner);
  CHECK(g[15] == 64);           // half of block (0, 0)
  CHECK(g[128 + 15] == 0);      // block (0, 1) starts at column 8
  CHECK(g[6 * 128 + 15] == 0);  // block (1, 0) starts at row 8
}
