#include "drawing/canvas.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/drawing/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

Index count_colour(const Image& image, Colour colour) {
  Index count = 0;
  for (Index y = 0; y < image.height; ++y)
    for (Index x = 0; x < image.width; ++x) {
      const std::uint8_t* p = image.at(y, x);
      count += p[0] == colour.red && p[1] == colour.green && p[2] == colour.blue;
    }
  return count;
}

constexpr Colour white{255, 255, 255}, red{255, 0, 0};

}  // namespace

TEST_CASE("a frame lies inside its rectangle, and what is outside the canvas is cut off") {
  Canvas canvas(10, 8, white);
  canvas.frame(1, 2, 6, 5, red, 1);
  CHECK(count_colour(canvas.image, red) == 2 * 6 + 2 * 3);
  CHECK(canvas.image.at(2, 1)[1] == 0);
  CHECK(canvas.image.at(3, 2)[1] == 255);
  CHECK(canvas.image.at(7, 1)[1] == 255);

  Canvas small(4, 4, white);
  small.fill_rectangle(-3, -3, 5, 5, red);
  small.fill_rectangle(3, 3, 100, 100, red);
  CHECK(count_colour(small.image, red) == 4 + 1);
}

TEST_CASE("a pasted image arrives where it was told, clipped on every side") {
  const Image source = noise_image(5, 4, 2);
  for (const auto& place : {std::pair<Index, Index>{0, 0}, {2, 3}, {-2, -1}, {5, 6}, {-9, 0}, {20, 20}}) {
    const Index x = place.first, y = place.second;
    CAPTURE(x);
    CAPTURE(y);
    Canvas canvas(8, 7, white);
    canvas.paste(source, x, y);
    for (Index row = 0; row < 8; ++row)
      for (Index column = 0; column < 7; ++column) {
        const Index sy = row - y, sx = column - x;
        const bool covered = sy >= 0 && sy < 5 && sx >= 0 && sx < 4;
        REQUIRE(canvas.image.at(row, column)[0] == (covered ? source.at(sy, sx)[0] : 255));
      }
  }
}

TEST_CASE("text: size, scale and lines") {
  CHECK(Canvas::text_width("") == 0);
  CHECK(Canvas::text_width("abc") == 3 * 6 - 1);
  CHECK(Canvas::text_width("abc", 2) == 2 * (3 * 6 - 1));
  Canvas one(20, 40, white), two(40, 80, white), lines(40, 40, white);
  one.text(0, 0, "A7", red);
  two.text(0, 0, "A7", red, 2);
  CHECK(count_colour(one.image, red) > 10);
  CHECK(count_colour(two.image, red) == 4 * count_colour(one.image, red));
  lines.text(0, 0, "A\n7", red);
  CHECK(count_colour(lines.image, red) == count_colour(one.image, red));
  CHECK(std::equal(lines.image.at(9, 0), lines.image.at(9, 5), one.image.at(0, 6)));
}

TEST_CASE("the heat colours rise evenly in lightness") {
  const auto lightness = [](Colour c) {  // CIE L* from the luminance of sRGB
    const auto linear = [](double v) {
      return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    const double y =
        0.2126 * linear(c.red / 255.0) + 0.7152 * linear(c.green / 255.0) + 0.0722 * linear(c.blue / 255.0);
    return 116 * std::cbrt(y) - 16;
  };
  const double low = lightness(heat_colour(0)), high = lightness(heat_colour(1));
  CHECK(high - low > 60);
  for (int i = 0; i < 16; ++i) {
    const double step = lightness(heat_colour((i + 1) / 16.0)) - lightness(heat_colour(i / 16.0));
    CHECK(step > 0.6 * (high - low) / 16);
    CHECK(step < 1.4 * (high - low) / 16);
  }
  CHECK(heat_colour(-3).red == heat_colour(0).red);
  CHECK(heat_colour(7).green == heat_colour(1).green);
  CHECK(heat_colour(std::numeric_limits<double>::quiet_NaN()).red == 128);
}

TEST_CASE("a heat map: transparent, opaque, and its cells in their places") {
  const Image image = noise_image(8, 6, 5);
  const float map[4] = {0, 1, 0.5f, 0.25f};
  CHECK(blend_heat_map(image, map, 2, 2, 0).pixels == image.pixels);
  const Image opaque = blend_heat_map(image, map, 2, 2, 1);
  CHECK(opaque.at(0, 0)[1] == heat_colour(0).green);
  CHECK(opaque.at(0, 5)[1] == heat_colour(1).green);
  CHECK(opaque.at(7, 0)[1] == heat_colour(0.5).green);
  CHECK(opaque.at(7, 5)[1] == heat_colour(0.25).green);
  CHECK(contains(complaint([&] { blend_heat_map(image, map, 3, 2); }), "not 3 x 2"));
}

TEST_CASE("a stroke covers as much as it is thick, smooth at the edges, its joints painted once") {
  Canvas canvas(20, 40, white);
  const std::vector<Point> path = {{5, 10}, {20, 10}, {35, 10}};
  canvas.stroke(path, red, 4);
  for (const Index x : {8, 20, 30}) {
    CHECK(canvas.image.at(7, x)[1] == 255);  // 2.5 from the line: outside
    CHECK(canvas.image.at(8, x)[1] == 0);    // 1.5 from the line: inside
    CHECK(canvas.image.at(11, x)[1] == 0);
  }
  Canvas thin(20, 40, white);
  thin.stroke(path, red, 1);
  CHECK(thin.image.at(9, 12)[1] == thin.image.at(9, 20)[1]);  // the joint at 20 is no darker
  const std::vector<Point> outside = {{-50, -50}, {90, 70}};
  thin.stroke(outside, red, 3);  // clipped
}

TEST_CASE("a polygon is filled by the even-odd rule, as strongly as asked") {
  Canvas canvas(12, 12, white);
  const std::vector<Point> square = {{2, 2}, {10, 2}, {10, 10}, {2, 10}};
  canvas.fill_polygon(square, red, 1);
  CHECK(count_colour(canvas.image, red) == 64);
  const std::vector<Point> twice = {{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}, {4, 0}, {4, 4}, {0, 4}};
  Canvas empty(12, 12, white);
  empty.fill_polygon(twice, red, 1);
  CHECK(count_colour(empty.image, red) == 0);
  empty.fill_polygon(square, {0, 0, 0}, 0.5);
  CHECK(int(empty.image.at(5, 5)[0]) == 128);
}
