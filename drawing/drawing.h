#pragma once
#include <string>
#include <variant>
#include <vector>

#include "drawing/canvas.h"

namespace triptych {

// A drawing of lines, areas and words, made once and shown twice: as SVG, which stays sharp at any size, and
// as an image. Units are pixels of the image; y runs down.
struct Drawing {
  struct Line {
    std::vector<Point> points;
    Colour colour;
    double thickness = 1;
  };
  struct Area {
    std::vector<Point> corners;
    Colour colour;
    double opacity = 1;
  };
  enum class Align { left, centre, right };
  struct Text {
    Point at;  // of the middle of the line's height: its left end, centre or right end
    std::string words;
    Colour colour;
    Align align = Align::left;
    bool bold = false;
  };

  Index width = 0, height = 0;
  std::vector<std::variant<Line, Area, Text>> shapes;  // later ones lie over earlier ones

  std::string to_svg() const;
  Image to_image() const;  // on white
};

}  // namespace triptych
