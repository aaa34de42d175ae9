#include "reid/report/cmc_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace triptych {
namespace {

constexpr Colour ink{40, 40, 48}, grid{225, 225, 230}, faint{150, 150, 158};

// Hues far apart for any two neighbours of the legend (after Okabe and Ito 2008, for colour-blind readers,
// too), the two lightest darkened for lines on white.
constexpr Colour palette[] = {{0, 114, 178}, {213, 94, 0},   {0, 158, 115},  {204, 121, 167},
                              {180, 140, 0}, {86, 160, 215}, {110, 60, 160}, {120, 120, 120},
                              {160, 40, 60}, {90, 120, 40}};

// The rectangle of the plot inside the drawing, and where a rank and a share lie in it.
struct Axes {
  double left = 56, top = 40, right = 600, bottom = 460;
  int last_rank;
  double lowest;  // the share at the bottom

  double x(double rank) const { return left + (rank - 1) / (last_rank - 1) * (right - left); }
  double y(double share) const { return bottom - (share - lowest) / (100 - lowest) * (bottom - top); }
  Point at(double rank, double share) const { return {x(rank), y(std::clamp(share, lowest, 100.0))}; }
};

void draw_axes(Drawing& drawing, const Axes& axes, const std::string& title) {
  drawing.shapes.push_back(Drawing::Text{{axes.left, axes.top - 20}, title, ink, Drawing::Align::left, true});
  for (double share = axes.lowest; share <= 100; share += 10) {
    drawing.shapes.push_back(Drawing::Line{{axes.at(1, share), axes.at(axes.last_rank, share)}, grid, 1});
    drawing.shapes.push_back(Drawing::Text{
        {axes.left - 8, axes.y(share)}, fmt::format("{:.0f}", share), ink, Drawing::Align::right, false});
  }
  for (int rank = 1; rank <= axes.last_rank; rank = rank == 1 ? 5 : rank + 5) {
    drawing.shapes.push_back(Drawing::Line{{axes.at(rank, axes.lowest), axes.at(rank, 100)}, grid, 1});
    drawing.shapes.push_back(Drawing::Text{
        {axes.x(rank), axes.bottom + 16}, fmt::format("{}", rank), ink, Drawing::Align::centre, false});
  }
  drawing.shapes.push_back(Drawing::Text{{(axes.left + axes.right) / 2, axes.bottom + 36},
                                         "rank: the right person is among the first r",
                                         ink,
                                         Drawing::Align::centre,
                                         false});
  drawing.shapes.push_back(
      Drawing::Text{{axes.left - 8, axes.top - 20}, "%", ink, Drawing::Align::right, false});
}

void draw_band(Drawing& drawing, const Axes& axes, const CmcCurve& curve, Colour colour, std::size_t ranks) {
  std::vector<Point> outline;
  for (std::size_t r = 0; r < ranks; ++r)
    outline.push_back(axes.at(double(r + 1), curve.mean[r] + curve.deviation[r]));
  for (std::size_t r = ranks; r-- > 0;)
    outline.push_back(axes.at(double(r + 1), curve.mean[r] - curve.deviation[r]));
  drawing.shapes.push_back(Drawing::Area{outline, colour, 0.12});
}

void legend(Drawing& drawing, double& y, const std::string& words, Colour colour, double thickness) {
  constexpr double x = 624;
  drawing.shapes.push_back(Drawing::Line{{{x, y}, {x + 22, y}}, colour, thickness});
  drawing.shapes.push_back(Drawing::Text{{x + 30, y}, words, ink, Drawing::Align::left, false});
  y += 18;
}

double lowest_share(std::span<const CmcCurve> curves, std::span<const PublishedCurve> published) {
  double lowest = 100;
  for (const CmcCurve& curve : curves)
    if (!curve.mean.empty()) lowest = std::min(lowest, curve.mean.front());
  for (const PublishedCurve& curve : published)
    for (const auto& [rank, share] : curve.points) lowest = std::min(lowest, share);
  return std::clamp(10 * std::floor((lowest - 2) / 10), 0.0, 90.0);
}

}  // namespace

Drawing cmc_plot(const std::string& title, std::span<const CmcCurve> curves,
                 std::span<const PublishedCurve> published, int last_rank) {
  Axes axes;
  axes.last_rank = std::max(last_rank, 2), axes.lowest = lowest_share(curves, published);
  Drawing drawing;
  drawing.width = 1100;
  drawing.height = std::max<Index>(510, 80 + 18 * static_cast<Index>(curves.size() + published.size()));
  draw_axes(drawing, axes, title);

  double y = axes.top;
  std::vector<std::size_t> best_first(curves.size());
  std::iota(best_first.begin(), best_first.end(), std::size_t(0));
  std::ranges::stable_sort(
      best_first, [&](std::size_t a, std::size_t b) { return curves[a].mean.at(0) > curves[b].mean.at(0); });
  for (std::size_t place = 0; place < best_first.size(); ++place) {
    const CmcCurve& curve = curves[best_first[place]];
    const Colour colour = palette[place % std::size(palette)];
    const std::size_t ranks = std::min(curve.mean.size(), static_cast<std::size_t>(axes.last_rank));
    if (!curve.deviation.empty()) draw_band(drawing, axes, curve, colour, ranks);
    std::vector<Point> points;
    for (std::size_t r = 0; r < ranks; ++r) points.push_back(axes.at(double(r + 1), curve.mean[r]));
    drawing.shapes.push_back(Drawing::Line{points, colour, 2});
    legend(drawing, y, fmt::format("{:.1f}  {}", curve.mean[0], curve.name), colour, 3);
  }
  for (const PublishedCurve& curve : published) {
    std::vector<Point> points;
    for (const auto& [rank, share] : curve.points)
      if (rank <= axes.last_rank) points.push_back(axes.at(rank, share));
    drawing.shapes.push_back(Drawing::Line{points, faint, 1});
    legend(drawing, y, curve.name, faint, 1);
  }
  return drawing;
}

}  // namespace triptych
