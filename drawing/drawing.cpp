#include "drawing/drawing.h"

#include <fmt/format.h>

namespace triptych {
namespace {

constexpr double font_size = 13;  // of the SVG; the image's dots are as high at twice their size

std::string hex(Colour colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

std::string escaped(const std::string& words) {
  std::string text;
  for (const char c : words) switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      default:
        text += c;
    }
  return text;
}

std::string coordinates(const std::vector<Point>& points) {
  std::string text;
  for (const Point p : points) text += fmt::format("{}{:.1f},{:.1f}", text.empty() ? "" : " ", p.x, p.y);
  return text;
}

struct SvgWriter {
  std::string text;

  void operator()(const Drawing::Line& line) {
    text += fmt::format(
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\" "
        "stroke-linecap=\"round\"/>\n",
        coordinates(line.points), hex(line.colour), line.thickness);
  }
  void operator()(const Drawing::Area& area) {
    text += fmt::format("<polygon points=\"{}\" fill=\"{}\" fill-opacity=\"{}\"/>\n",
                        coordinates(area.corners), hex(area.colour), area.opacity);
  }
  void operator()(const Drawing::Text& words) {
    static constexpr const char* anchors[] = {"start", "middle", "end"};
    text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"{}\" text-anchor=\"{}\"{}>{}</text>\n",
                        words.at.x, words.at.y + 0.35 * font_size, hex(words.colour),
                        anchors[static_cast<int>(words.align)], words.bold ? " font-weight=\"bold\"" : "",
                        escaped(words.words));
  }
};

struct Painter {
  Canvas& canvas;

  void operator()(const Drawing::Line& line) { canvas.stroke(line.points, line.colour, line.thickness); }
  void operator()(const Drawing::Area& area) { canvas.fill_polygon(area.corners, area.colour, area.opacity); }
  void operator()(const Drawing::Text& words) {
    constexpr double half_glyph = 3.5;
    const double width = static_cast<double>(Canvas::text_width(words.words));
    const double left = words.at.x - width * (words.align == Drawing::Align::left     ? 0
                                              : words.align == Drawing::Align::centre ? 0.5
                                                                                      : 1);
    const auto x = static_cast<Index>(left), y = static_cast<Index>(words.at.y - half_glyph);
    canvas.text(x, y, words.words, words.colour);
    if (words.bold) canvas.text(x + 1, y, words.words, words.colour);
  }
};

}  // namespace

std::string Drawing::to_svg() const {
  SvgWriter writer;
  for (const auto& shape : shapes) std::visit(writer, shape);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "font-family=\"sans-serif\" font-size=\"{2}\">\n<rect width=\"{0}\" height=\"{1}\" "
      "fill=\"#ffffff\"/>\n{3}</svg>\n",
      width, height, font_size, writer.text);
}

Image Drawing::to_image() const {
  Canvas canvas(height, width, {255, 255, 255});
  for (const auto& shape : shapes) std::visit(Painter{canvas}, shape);
  return std::move(canvas.image);
}

}  // namespace triptych
