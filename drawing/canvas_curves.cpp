#include <algorithm>
#include <cmath>

#include "drawing/canvas.h"

namespace triptych {
namespace {

void blend(std::uint8_t* pixel, Colour colour, double opacity) {
  const auto mix = [opacity](std::uint8_t below, std::uint8_t above) {
    return static_cast<std::uint8_t>(std::lround(below + (above - below) * opacity));
  };
  pixel[0] = mix(pixel[0], colour.red);
  pixel[1] = mix(pixel[1], colour.green);
  pixel[2] = mix(pixel[2], colour.blue);
}

double distance_to_segment(Point p, Point a, Point b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
  const double t = length2 > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length2, 0.0, 1.0) : 0.0;
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

// The whole pixels from `low` to `high` that exist below `end`, as a half-open range.
std::pair<Index, Index> pixels_between(double low, double high, Index end) {
  const auto bound = [end](double v) { return static_cast<Index>(std::clamp(v, 0.0, double(end))); };
  return {bound(std::floor(low)), bound(std::ceil(high))};
}

}  // namespace

// Every pixel takes the largest coverage that any segment gives it, so that joints are not painted twice.
void Canvas::stroke(std::span<const Point> points, Colour colour, double thickness) {
  std::vector<float> coverage(static_cast<std::size_t>(image.height * image.width), 0.0f);
  const double reach = thickness / 2 + 0.5;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const Point a = points[i], b = points[i + 1];
    const auto [top, bottom] =
        pixels_between(std::min(a.y, b.y) - reach, std::max(a.y, b.y) + reach, image.height);
    const auto [left, right] =
        pixels_between(std::min(a.x, b.x) - reach, std::max(a.x, b.x) + reach, image.width);
    for (Index y = top; y < bottom; ++y)
      for (Index x = left; x < right; ++x) {
        const double away = distance_to_segment({double(x) + 0.5, double(y) + 0.5}, a, b);
        float& here = coverage[static_cast<std::size_t>(y * image.width + x)];
        here = std::max(here, static_cast<float>(std::clamp(reach - away, 0.0, 1.0)));
      }
  }
  for (Index i = 0; i < image.height * image.width; ++i)
    if (const float c = coverage[static_cast<std::size_t>(i)]; c > 0) blend(&image.pixels[i * 3], colour, c);
}

void Canvas::fill_polygon(std::span<const Point> corners, Colour colour, double opacity) {
  std::vector<double> crossings;
  for (Index y = 0; y < image.height; ++y) {
    const double level = double(y) + 0.5;
    crossings.clear();
    for (std::size_t i = 0; i < corners.size(); ++i) {
      const Point a = corners[i], b = corners[(i + 1) % corners.size()];
      if ((a.y <= level) != (b.y <= level))
        crossings.push_back(a.x + (level - a.y) / (b.y - a.y) * (b.x - a.x));
    }
    std::ranges::sort(crossings);
    for (std::size_t k = 0; k + 1 < crossings.size(); k += 2) {
      const auto [left, right] =
          pixels_between(std::floor(crossings[k] + 0.5), std::floor(crossings[k + 1] + 0.5), image.width);
      for (Index x = left; x < right; ++x) blend(image.at(y, x), colour, opacity);
    }
  }
}

}  // namespace triptych
