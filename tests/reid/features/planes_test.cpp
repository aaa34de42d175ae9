#include "reid/features/planes.h"

#include "tests/reid/features/helpers.h"

using namespace triptych;
using namespace triptych::testing;
using doctest::Approx;

TEST_CASE("planes: split, grey, halved") {
  Image image(2, 3);
  image.at(1, 2)[1] = 255;
  const Planes rgb = rgb_planes(image);
  CHECK(rgb.plane(1)[5] == 1);
  CHECK(rgb.plane(0)[5] == 0);
  CHECK(grey_plane(rgb).plane(0)[5] == Approx(0.587));
  const Planes half = halve(grey_of(3, 4, {0, 1, 2, 3, 4, 5, 6, 7, 90, 90, 90, 90}));
  CHECK(half.height == 1);
  CHECK(half.values == std::vector<float>{2.5f, 4.5f});
}
