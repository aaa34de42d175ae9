#include "drawing/drawing.h"

#include <doctest/doctest.h>

using namespace triptych;

namespace {

const Colour black{0, 0, 0};

Drawing one_of_each() {
  Drawing drawing;
  drawing.width = 60, drawing.height = 40;
  drawing.shapes.push_back(Drawing::Area{{{0, 0}, {30, 0}, {30, 40}, {0, 40}}, {200, 0, 0}, 1});
  drawing.shapes.push_back(Drawing::Line{{{0, 20}, {60, 20}}, {0, 0, 200}, 3});
  drawing.shapes.push_back(Drawing::Text{{58, 8}, "a<b&c", black, Drawing::Align::right, false});
  return drawing;
}

}  // namespace

TEST_CASE("SVG: shapes in their order, words escaped") {
  const std::string svg = one_of_each().to_svg();
  CHECK(svg.rfind("<svg xmlns=", 0) == 0);
  CHECK(svg.find("<polygon") < svg.find("<polyline"));
  CHECK(svg.find("points=\"0.0,20.0 60.0,20.0\"") != std::string::npos);
  CHECK(svg.find("stroke=\"#0000c8\"") != std::string::npos);
  CHECK(svg.find(">a&lt;b&amp;c</text>") != std::string::npos);
  CHECK(svg.find("text-anchor=\"end\"") != std::string::npos);
}

TEST_CASE("the image has the same shapes, later ones on top") {
  const Image image = one_of_each().to_image();
  CHECK(image.height == 40);
  CHECK(image.width == 60);
  CHECK(int(image.at(30, 10)[0]) == 200);
  CHECK(int(image.at(30, 10)[1]) == 0);
  CHECK(int(image.at(30, 50)[1]) == 255);
  CHECK(int(image.at(20, 10)[2]) == 200);  // the line lies over the area
  CHECK(int(image.at(20, 10)[0]) == 0);
  Index dark = 0;  // the words end at the right and stand in the line's height
  for (Index y = 4; y < 12; ++y)
    for (Index x = 31; x < 60; ++x) dark += image.at(y, x)[0] == 0;
  CHECK(dark > 20);
}
