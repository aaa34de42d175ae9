#include "reid/report/cmc_plot.h"

#include <doctest/doctest.h>

using namespace triptych;

namespace {

std::string words_of(const Drawing& drawing) {
  std::string all;
  for (const auto& shape : drawing.shapes)
    if (const auto* text = std::get_if<Drawing::Text>(&shape)) all += text->words + "\n";
  return all;
}

template <class Shape>
std::vector<Shape> all_of(const Drawing& drawing) {
  std::vector<Shape> found;
  for (const auto& shape : drawing.shapes)
    if (const auto* match = std::get_if<Shape>(&shape)) found.push_back(*match);
  return found;
}

}  // namespace

TEST_CASE(
    "curves: the best first in the legend, a band where there is a deviation, published figures beside") {
  const std::vector<CmcCurve> curves = {{"weak", {40, 60, 80}, {}}, {"strong", {70, 90, 100}, {2, 1, 0}}};
  const std::vector<PublishedCurve> published = {{"on paper", {{1, 55}, {3, 85}, {50, 99}}}};
  const Drawing drawing = cmc_plot("a plot", curves, published, 3);
  const std::string words = words_of(drawing);
  CHECK(words.find("a plot") != std::string::npos);
  CHECK(words.find("70.0  strong") < words.find("40.0  weak"));
  CHECK(words.find("on paper") != std::string::npos);
  CHECK(all_of<Drawing::Area>(drawing).size() == 1);
  CHECK(all_of<Drawing::Area>(drawing)[0].corners.size() == 6);

  // A higher share lies higher, a later rank further right; what is beyond the last rank is left out.
  const auto lines = all_of<Drawing::Line>(drawing);
  std::vector<Drawing::Line> drawn;
  for (const Drawing::Line& line : lines)
    if (line.points.size() == 3) drawn.push_back(line);
  REQUIRE(drawn.size() == 2);
  CHECK(drawn[0].points[0].y < drawn[1].points[0].y);
  CHECK(drawn[0].points[0].x == drawn[1].points[0].x);
  CHECK(drawn[0].points[2].x > drawn[0].points[1].x);
  for (const Drawing::Line& line : lines)
    for (const Point p : line.points) {
      CHECK(p.x >= 0);
      CHECK(p.x <= double(drawing.width));
      CHECK(p.y <= double(drawing.height));
    }
}
