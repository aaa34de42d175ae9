#include "drawing/canvas.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "drawing/font.h"
#include "engine/error.h"

namespace triptych {

Canvas::Canvas(Index height, Index width, Colour background) : image(height, width) {
  fill(background);
}

void Canvas::fill(Colour colour) {
  fill_rectangle(0, 0, image.width, image.height, colour);
}

void Canvas::fill_rectangle(Index x, Index y, Index width, Index height, Colour colour) {
  const Index left = std::max<Index>(x, 0), right = std::min(x + width, image.width);
  for (Index row = std::max<Index>(y, 0); row < std::min(y + height, image.height); ++row)
    for (Index column = left; column < right; ++column) {
      std::uint8_t* pixel = image.at(row, column);
      pixel[0] = colour.red, pixel[1] = colour.green, pixel[2] = colour.blue;
    }
}

void Canvas::frame(Index x, Index y, Index width, Index height, Colour colour, Index thickness) {
  fill_rectangle(x, y, width, thickness, colour);
  fill_rectangle(x, y + height - thickness, width, thickness, colour);
  fill_rectangle(x, y, thickness, height, colour);
  fill_rectangle(x + width - thickness, y, thickness, height, colour);
}

void Canvas::paste(const Image& source, Index x, Index y) {
  const Index left = std::max<Index>(x, 0), right = std::min(x + source.width, image.width);
  if (left >= right) return;
  for (Index row = std::max<Index>(y, 0); row < std::min(y + source.height, image.height); ++row)
    std::copy_n(source.at(row - y, left - x), (right - left) * 3, image.at(row, left));
}

void Canvas::text(Index x, Index y, std::string_view words, Colour colour, Index scale) {
  Index pen = x;
  for (const char character : words) {
    if (character == '\n') {
      pen = x;
      y += line_step(scale);
      continue;
    }
    for (int row = 0; row < glyph_height; ++row)
      for (int column = 0; column < glyph_width; ++column)
        if (glyph_dot(character, row, column))
          fill_rectangle(pen + column * scale, y + row * scale, scale, scale, colour);
    pen += character_step(scale);
  }
}

Index Canvas::text_width(std::string_view line, Index scale) {
  return line.empty() ? 0 : static_cast<Index>(line.size()) * character_step(scale) - scale;
}

namespace {

// Oklab (Ottosson 2020): a colour as lightness and a point of the plane of hues, in which equal distances
// look equally far. Back to the sRGB bytes of a screen: two 3 x 3 matrices with a cube between them, then
// sRGB's own curve.
Colour from_oklab(double lightness, double a, double b) {
  const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  const auto byte = [](double linear) {
    const double v = std::clamp(linear, 0.0, 1.0);
    const double curved = v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
    return static_cast<std::uint8_t>(std::lround(255 * curved));
  };
  return {byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
          byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
          byte(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)};
}

}  // namespace

Colour heat_colour(double value) {
  if (std::isnan(value)) return {128, 128, 128};
  const double t = std::clamp(value, 0.0, 1.0);
  // Lightness rises in a straight line while the hue turns from violet (300 degrees) over green to yellow
  // (105).
  const double lightness = 0.25 + 0.67 * t, hue = (300 - 195 * t) * std::numbers::pi / 180;
  const double chroma = 0.09 + 0.08 * t;
  return from_oklab(lightness, chroma * std::cos(hue), chroma * std::sin(hue));
}

Image blend_heat_map(const Image& image, std::span<const float> map, Index rows, Index columns,
                     double opacity) {
  require(rows > 0 && columns > 0 && static_cast<Index>(map.size()) == rows * columns,
          "a heat map of {} values is not {} x {}", map.size(), rows, columns);
  Image out(image.height, image.width);
  const auto cell = [&](Index r, Index c) {
    return static_cast<double>(map[static_cast<std::size_t>(std::clamp<Index>(r, 0, rows - 1) * columns +
                                                            std::clamp<Index>(c, 0, columns - 1))]);
  };
  for (Index y = 0; y < image.height; ++y) {
    const double v = (double(y) + 0.5) / double(image.height) * double(rows) - 0.5;
    const Index r = static_cast<Index>(std::floor(v));
    const double below = v - double(r);
    for (Index x = 0; x < image.width; ++x) {
      const double u = (double(x) + 0.5) / double(image.width) * double(columns) - 0.5;
      const Index c = static_cast<Index>(std::floor(u));
      const double right = u - double(c);
      const double value = (1 - below) * ((1 - right) * cell(r, c) + right * cell(r, c + 1)) +
                           below * ((1 - right) * cell(r + 1, c) + right * cell(r + 1, c + 1));
      const Colour heat = heat_colour(value);
      const std::uint8_t over[3] = {heat.red, heat.green, heat.blue};
      for (int k = 0; k < 3; ++k)
        out.at(y, x)[k] =
            static_cast<std::uint8_t>(std::lround((1 - opacity) * image.at(y, x)[k] + opacity * over[k]));
    }
  }
  return out;
}

}  // namespace triptych
