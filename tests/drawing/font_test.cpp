#include "drawing/font.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace triptych;

namespace {

std::string drawn(char character) {
  std::string dots;
  for (int row = 0; row < glyph_height; ++row)
    for (int column = 0; column < glyph_width; ++column)
      dots += glyph_dot(character, row, column) ? '#' : '.';
  return dots;
}

}  // namespace

TEST_CASE("every printable character is drawn, and no two alike") {
  std::set<std::string> shapes;
  for (char c = 32; c < 127; ++c) {
    CAPTURE(c);
    CHECK(shapes.insert(drawn(c)).second);
  }
  CHECK(drawn(' ').find('#') == std::string::npos);
  CHECK(drawn('T').substr(0, 10) == "#####..#..");
}

TEST_CASE("what the font does not have looks like a question mark") {
  for (const int code : {0, 10, 127, 200, 255}) CHECK(drawn(static_cast<char>(code)) == drawn('?'));
}
