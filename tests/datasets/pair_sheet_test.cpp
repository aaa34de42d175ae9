#include "datasets/pair_sheet.h"

#include <algorithm>

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("a pair stands one above the other, from two cameras") {
  TemporaryFolder folder;
  for (const char* name : {"anna/door_1.png", "anna/door_2.png"})
    write_png(folder / name, even_image(80, 40, 10));
  write_png(folder / "anna/hall_1.png", even_image(80, 40, 200));
  write_png(folder / "ben/door_1.png", even_image(80, 40, 90));  // seen once: not on the sheet
  const Dataset dataset = open_dataset(folder.str());
  const Image sheet = draw_pairs(dataset, 5, 1);
  const auto count = [&](std::uint8_t value) {
    return std::count(sheet.pixels.begin(), sheet.pixels.end(), value);
  };
  CHECK(count(10) == 160 * 80 * 3);
  CHECK(count(200) == 160 * 80 * 3);
  CHECK(count(90) == 0);
  CHECK(sheet.at(50, 40)[0] == 10);
  CHECK(sheet.at(250, 40)[0] == 200);
  CHECK_THROWS_AS(draw_pairs(dataset, 0, 1), Error);
}

TEST_CASE("as many pairs as asked for, the same for the same seed") {
  const Dataset dataset = open_dataset("synthetic:5");
  const Image two = draw_pairs(dataset, 2, 1);
  CHECK(two.width < draw_pairs(dataset, 3, 1).width);
  CHECK(two.pixels == draw_pairs(dataset, 2, 1).pixels);
  CHECK(two.pixels != draw_pairs(dataset, 2, 2).pixels);
}
