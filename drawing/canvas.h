#pragma once
#include <span>
#include <string_view>

#include "drawing/image.h"

namespace triptych {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;
};

// A place on a canvas, in pixels; (0, 0) is the outer corner of the top left pixel.
struct Point {
  double x = 0, y = 0;
};

// An image that is drawn on: contact sheets, ranked lists, maps. Positions are those of the top left corner,
// in pixels; what falls outside is cut off.
struct Canvas {
  Image image;

  Canvas(Index height, Index width, Colour background);
  explicit Canvas(Image on) : image(std::move(on)) {}

  void fill(Colour colour);
  void fill_rectangle(Index x, Index y, Index width, Index height, Colour colour);
  // The line lies inside the rectangle.
  void frame(Index x, Index y, Index width, Index height, Colour colour, Index thickness = 1);
  void paste(const Image& source, Index x, Index y);
  // ASCII in a 5x7 font, every dot `scale` pixels wide; other characters are drawn as '?'. '\n' starts a new
  // line.
  void text(Index x, Index y, std::string_view words, Colour colour, Index scale = 1);

  // A line through the points with round joints and ends and smooth edges, `thickness` pixels wide.
  void stroke(std::span<const Point> points, Colour colour, double thickness);
  // The inside (by the even-odd rule) of a polygon, laid over what is there.
  void fill_polygon(std::span<const Point> corners, Colour colour, double opacity);

  // The size in pixels of one line of text, and how far apart lines and characters are.
  static constexpr Index character_step(Index scale = 1) { return 6 * scale; }
  static constexpr Index line_step(Index scale = 1) { return 9 * scale; }
  static Index text_width(std::string_view line, Index scale = 1);
};

// The colour of a value in 0..1 (outside: the nearest end; NaN: grey), from dark violet to light yellow.
// Equal steps of the value are equal steps of lightness, so that the map also reads in grey.
Colour heat_colour(double value);

// The image with a map [rows, columns] of values 0..1 laid over it, interpolated between the centres of its
// cells. opacity 0 shows the image alone, 1 the map alone.
Image blend_heat_map(const Image& image, std::span<const float> map, Index rows, Index columns,
                     double opacity = 0.55);

}  // namespace triptych
