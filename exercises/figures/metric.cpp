#include <cmath>
#include <numbers>

#include "drawing/drawing.h"
#include "engine/file.h"
#include "engine/random.h"
#include "exercises/exercises.h"
#include "exercises/figures/figures.h"

namespace triptych {

// The two-dimensional people of exercise 6.2: the light moves everybody along y, people differ along x.
void draw_metric(const std::string& file) {
  constexpr Colour ink{40, 40, 48}, one{0, 114, 178}, two{213, 94, 0}, learned{0, 130, 95};
  Random random(6);
  std::vector<Vector2> same, different;
  for (int i = 0; i < 150; ++i) {
    const Vector2 light = {0.35 * random.normal(), 1.5 * random.normal()};
    same.push_back(light);
    different.push_back({light[0] + 2 * random.normal(), 1.5 * random.normal()});
  }
  // M = S^-1 - D^-1 of independent coordinates, and the curve on which v^T M v is 1.2^2.
  const auto inverse = [](const std::vector<Vector2>& v, int k) {
    double squares = 0;
    for (const Vector2& x : v) squares += x[k] * x[k];
    return static_cast<double>(v.size()) / squares;
  };
  const double mx = inverse(same, 0) - inverse(different, 0);
  const double my = std::max(0.05, inverse(same, 1) - inverse(different, 1));

  Drawing drawing;
  drawing.width = 560, drawing.height = 330;
  const auto at = [](double x, double y) { return Point{280 + 36 * x, 180 - 36 * y}; };
  const auto dots = [&](const std::vector<Vector2>& v, Colour colour) {
    for (const Vector2& x : v) {
      const Point p = at(x[0], x[1]);
      drawing.shapes.push_back(Drawing::Line{{p, {p.x + 0.1, p.y}}, colour, 4});
    }
  };
  dots(different, two), dots(same, one);
  Drawing::Line circle{{}, ink, 1}, ellipse{{}, learned, 2.5};
  for (int i = 0; i <= 90; ++i) {
    const double angle = 2 * std::numbers::pi * i / 90;
    circle.points.push_back(at(1.5 * std::cos(angle), 1.5 * std::sin(angle)));
    ellipse.points.push_back(
        at(1.2 / std::sqrt(mx) * std::cos(angle), 1.2 / std::sqrt(my) * std::sin(angle)));
  }
  drawing.shapes.push_back(circle), drawing.shapes.push_back(ellipse);
  drawing.shapes.push_back(Drawing::Text{{12, 16}, "x - y of one person, by two cameras", one});
  drawing.shapes.push_back(Drawing::Text{{256, 16}, "of two people", two});
  drawing.shapes.push_back(Drawing::Text{{358, 16}, "near, as learned", learned});
  drawing.shapes.push_back(Drawing::Text{{476, 16}, "as |x - y|", ink});
  write_file(file, drawing.to_svg());
}

}  // namespace triptych
