#include "reid/report/sheet.h"

#include <doctest/doctest.h>

using namespace triptych;

namespace {

Image plain(Index height, Index width, std::uint8_t value) {
  Image image(height, width);
  for (std::uint8_t& byte : image.pixels) byte = value;
  return image;
}

// How many pixels of a sheet have exactly this colour.
Index count_colour(const Image& image, int red, int green, int blue) {
  Index count = 0;
  for (Index y = 0; y < image.height; ++y)
    for (Index x = 0; x < image.width; ++x) {
      const std::uint8_t* p = image.at(y, x);
      count += p[0] == red && p[1] == green && p[2] == blue;
    }
  return count;
}

}  // namespace

TEST_CASE("the nearest come first, the earlier one on a tie, and never more than there are") {
  const std::vector<Real> distances = {3, 1, 2, 1, 0.5};
  CHECK(nearest_positions(distances, 3) == std::vector<std::size_t>{4, 1, 3});
  CHECK(nearest_positions(distances, 9).size() == 5);
  CHECK(nearest_positions({}, 3).empty());
}

TEST_CASE("a sheet frames right images in green and wrong ones in red") {
  RankedQuery row{plain(20, 10, 7), "query", {}};
  row.nearest.push_back({plain(20, 10, 9), 0.1, Verdict::wrong});
  row.nearest.push_back({plain(40, 10, 11), 0.2, Verdict::right});
  const Image sheet = ranked_sheet("title", {&row, 1});
  const Index red = count_colour(sheet, 200, 36, 36), green = count_colour(sheet, 24, 150, 64);
  CHECK(red > 1000);
  CHECK(green > 1000);
  CHECK(count_colour(sheet, 7, 7, 7) > 5000);
  CHECK(count_colour(sheet, 11, 11, 11) > 5000);
  row.nearest[0].verdict = Verdict::right;
  CHECK(count_colour(ranked_sheet("title", {&row, 1}), 200, 36, 36) == 0);
}
