#include "reid/features/lbp.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace triptych {
namespace {

// Interpolation between equal pixels may round to just below them; a flat area still compares as at least as
// bright.
constexpr float tolerance = 1e-5f;

// Where a point of the circle lies between pixels: its upper left pixel, and the weights of the four around
// it.
struct Point {
  Index y, x;
  float weight[4];
};

Point circle_point(int i, int points, float radius) {
  const double angle = 2 * std::numbers::pi * i / points;
  // Points that fall on pixels, up to rounding, are put there.
  const auto place = [](double v) { return std::round(v * 1e6) / 1e6; };
  const double y = place(-radius * std::sin(angle)), x = place(radius * std::cos(angle));
  const double top = std::floor(y), left = std::floor(x), down = y - top, right = x - left;
  return {static_cast<Index>(top),
          static_cast<Index>(left),
          {static_cast<float>((1 - down) * (1 - right)), static_cast<float>((1 - down) * right),
           static_cast<float>(down * (1 - right)), static_cast<float>(down * right)}};
}

// A copy with `margin` more pixels on each side.
Planes padded(const Planes& grey, Index margin) {
  Planes out(1, grey.height + 2 * margin, grey.width + 2 * margin);
  for (Index y = 0; y < out.height; ++y)
    for (Index x = 0; x < out.width; ++x)
      out.plane(0)[y * out.width + x] =
          grey.plane(0)[std::clamp<Index>(y - margin, 0, grey.height - 1) * grey.width +
                        std::clamp<Index>(x - margin, 0, grey.width - 1)];
  return out;
}

}  // namespace

std::vector<std::uint16_t> uniform_pattern_bins(int points) {
  const unsigned codes = 1u << points, last = static_cast<unsigned>(lbp_bins(points) - 1);
  std::vector<std::uint16_t> bins(codes, static_cast<std::uint16_t>(last));
  std::uint16_t next = 0;
  for (unsigned code = 0; code < codes; ++code) {
    const unsigned turned = (code >> 1 | code << (points - 1)) & (codes - 1);
    if (std::popcount(code ^ turned) <= 2) bins[code] = next++;
  }
  return bins;
}

std::vector<std::uint16_t> lbp(const Planes& grey, int points, float radius) {
  const std::vector<std::uint16_t> bins = uniform_pattern_bins(points);
  const Index margin = static_cast<Index>(std::ceil(radius)) + 1;
  const Planes wide = padded(grey, margin);
  std::vector<std::uint32_t> codes(static_cast<std::size_t>(grey.pixels()), 0);
  for (int i = 0; i < points; ++i) {
    const Point p = circle_point(i, points, radius);
    for (Index y = 0; y < grey.height; ++y) {
      const float* centre = grey.plane(0) + y * grey.width;
      const float* above = wide.plane(0) + (y + margin + p.y) * wide.width + margin + p.x;
      const float* below = above + wide.width;
      std::uint32_t* code = codes.data() + y * grey.width;
      for (Index x = 0; x < grey.width; ++x) {
        const float value = p.weight[0] * above[x] + p.weight[1] * above[x + 1] + p.weight[2] * below[x] +
                            p.weight[3] * below[x + 1];
        code[x] |= static_cast<std::uint32_t>(value >= centre[x] - tolerance) << i;
      }
    }
  }
  std::vector<std::uint16_t> result(codes.size());
  for (std::size_t i = 0; i < codes.size(); ++i) result[i] = bins[codes[i]];
  return result;
}

}  // namespace triptych
