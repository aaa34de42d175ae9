#include "reid/features/siltp.h"

#include <map>

#include "tests/reid/features/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("SILTP codes of an 8 x 8 image, counted by hand") {
  // 1 everywhere, 2 on the right half: only pixels next to the edge, within the radius 1, see another value.
  std::vector<float> values;
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 8; ++x) values.push_back(x < 4 ? 1.0f : 2.0f);
  const auto codes = siltp(grey_of(8, 8, values), 1, 0.3f);
  std::map<int, int> count;
  for (const auto code : codes) ++count[code];
  CHECK(count.size() == 3);
  CHECK(count[0] == 48);
  CHECK(count[2] == 8);      // column 3: right neighbour 2 > 1.3, digit of 3^0
  CHECK(count[1 * 9] == 8);  // column 4: left neighbour 1 < 1.4, digit of 3^2
  CHECK(codes[3] == 2);
  CHECK(codes[4] == 9);
}

TEST_CASE("SILTP: the order of the neighbours, the radius, and a pixel alone") {
  std::vector<float> values(25, 1.0f);
  values[12] = 10;  // the centre of 5 x 5
  const auto near = siltp(grey_of(5, 5, values), 1, 0.3f);
  CHECK(near[12] == 1 + 3 + 9 + 27);  // darker all around
  CHECK(near[11] == 2);               // the bright one is to the right
  CHECK(near[17] == 2 * 3);           // above
  CHECK(near[13] == 2 * 9);           // to the left
  CHECK(near[7] == 2 * 27);           // below
  CHECK(near[10] == 0);
  CHECK(siltp(grey_of(5, 5, values), 2, 0.3f)[10] == 2);  // two to the right
}

TEST_CASE("SILTP does not change when the light doubles; a flat image is all zeros") {
  const Planes grey = grey_plane(noise_planes(3));
  Planes brighter = grey;
  for (float& v : brighter.values) v *= 2;  // exact
  CHECK(siltp(grey, 3, 0.3f) == siltp(brighter, 3, 0.3f));
  for (const auto code : siltp(grey_of(4, 4, std::vector<float>(16, 0.7f)), 3, 0.3f)) CHECK(code == 0);
}
