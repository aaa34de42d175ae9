#include <algorithm>
#include <cmath>
#include <numeric>

#include "drawing/drawing.h"
#include "engine/file.h"
#include "engine/random.h"
#include "exercises/figures/figures.h"

namespace triptych {
namespace {

constexpr std::size_t points = 400, cells = 9, nearest = 10, queries = 200;
constexpr double side = 300, margin = 20;
constexpr Colour ink{40, 40, 48}, dark{0, 90, 140}, missed{200, 60, 30};

double squared(Point a, Point b) {
  return (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
}

std::size_t nearest_centre(const std::vector<Point>& centres, Point p) {
  const auto at = std::ranges::min_element(centres, {}, [&](Point c) { return squared(c, p); });
  return static_cast<std::size_t>(at - centres.begin());
}

// Lloyd's algorithm from the first points.
std::vector<Point> k_means(const std::vector<Point>& all) {
  std::vector<Point> centres(all.begin(), all.begin() + cells);
  for (int round = 0; round < 30; ++round) {
    std::vector<Point> sums(cells, {0, 0});
    std::vector<double> counts(cells, 0);
    for (const Point p : all) {
      const std::size_t c = nearest_centre(centres, p);
      sums[c] = {sums[c].x + p.x, sums[c].y + p.y}, counts[c] += 1;
    }
    for (std::size_t c = 0; c < cells; ++c)
      if (counts[c] > 0) centres[c] = {sums[c].x / counts[c], sums[c].y / counts[c]};
  }
  return centres;
}

// 0, 1, ... by the distance from p.
std::vector<std::size_t> by_distance(const std::vector<Point>& all, Point p) {
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  std::ranges::sort(order, {}, [&](std::size_t i) { return squared(all[i], p); });
  return order;
}

void add_dot(Drawing& drawing, Point at, double radius, Colour colour, bool filled) {
  const int corners = radius < 2 ? 4 : 16;
  std::vector<Point> circle;
  for (int i = 0; i <= corners; ++i) {
    const double angle = 2 * 3.14159265358979 * i / corners;
    circle.push_back({at.x + radius * std::cos(angle), at.y + radius * std::sin(angle)});
  }
  if (filled)
    drawing.shapes.push_back(Drawing::Area{circle, colour, 1});
  else
    drawing.shapes.push_back(Drawing::Line{circle, colour, 1.6});
}

void draw_plane(Drawing& drawing, const std::vector<Point>& all, const std::vector<Point>& centres,
                Point query) {
  const auto place = [](Point p) { return Point{margin + side * p.x, margin + side * p.y}; };
  const std::size_t own = nearest_centre(centres, query);
  constexpr int squares = 60;
  constexpr double step = 1.0 / squares;
  const auto cell_at = [&](int i, int j) {
    return nearest_centre(centres, {step * (j + 0.5), step * (i + 0.5)});
  };
  for (int i = 0; i < squares; ++i)
    for (int j = 0; j < squares;) {  // a run of squares of one cell
      const std::size_t cell = cell_at(i, j);
      const double x = step * j, y = step * i;
      while (j < squares && cell_at(i, j) == cell) ++j;
      const double end = step * j;
      drawing.shapes.push_back(
          Drawing::Area{{place({x, y}), place({end, y}), place({end, y + step}), place({x, y + step})},
                        dark,
                        cell == own ? 0.35 : 0.03 + 0.02 * static_cast<double>(cell)});
    }
  for (const Point p : all) add_dot(drawing, place(p), 1.3, ink, true);
  const std::vector<std::size_t> order = by_distance(all, query);
  for (std::size_t i = 0; i < nearest; ++i) {
    const Point p = all[order[i]];
    const bool found = nearest_centre(centres, p) == own;
    add_dot(drawing, place(p), 4, found ? dark : missed, found);
  }
  const Point q = place(query);
  drawing.shapes.push_back(Drawing::Line{{{q.x - 7, q.y}, {q.x + 7, q.y}}, ink, 2});
  drawing.shapes.push_back(Drawing::Line{{{q.x, q.y - 7}, {q.x, q.y + 7}}, ink, 2});
}

// Over 1 .. cells probed cells: the share of the nearest points that is found, and of all that is read.
void draw_curves(Drawing& drawing, const std::vector<Point>& all, const std::vector<Point>& centres,
                 Random random) {
  std::vector<std::size_t> cell_of;
  for (const Point p : all) cell_of.push_back(nearest_centre(centres, p));
  std::vector<double> recall(cells + 1, 0), read(cells + 1, 0);
  for (std::size_t q = 0; q < queries; ++q) {
    const Point query = {random.uniform(0, 1), random.uniform(0, 1)};
    const std::vector<std::size_t> probed = by_distance(centres, query), order = by_distance(all, query);
    for (std::size_t probes = 1; probes <= cells; ++probes) {
      const auto is_read = [&](std::size_t point) {
        return std::find(probed.begin(), probed.begin() + static_cast<std::ptrdiff_t>(probes),
                         cell_of[point]) != probed.begin() + static_cast<std::ptrdiff_t>(probes);
      };
      for (std::size_t i = 0; i < nearest; ++i)
        recall[probes] += is_read(order[i]) / static_cast<double>(nearest * queries);
      for (std::size_t i = 0; i < points; ++i)
        read[probes] += is_read(i) / static_cast<double>(points * queries);
    }
  }
  const double left = side + 3.5 * margin, bottom = margin + side, width = 220;
  const auto place = [&](std::size_t probes, double share) {
    return Point{left + width * static_cast<double>(probes - 1) / (cells - 1), bottom - (side - 20) * share};
  };
  drawing.shapes.push_back(Drawing::Line{{{left, margin}, {left, bottom}, {left + width, bottom}}, ink, 1});
  for (const double share : {0.0, 0.5, 1.0})
    drawing.shapes.push_back(Drawing::Text{{left - 6, place(1, share).y},
                                           share == 0   ? "0"
                                           : share == 1 ? "100%"
                                                        : "50%",
                                           ink,
                                           Drawing::Align::right});
  for (std::size_t probes = 1; probes <= cells; ++probes)
    drawing.shapes.push_back(Drawing::Text{
        {place(probes, 0).x, bottom + 12}, std::to_string(probes), ink, Drawing::Align::centre});
  for (const auto& [values, colour] : {std::pair{&recall, dark}, {&read, missed}}) {
    std::vector<Point> line;
    for (std::size_t probes = 1; probes <= cells; ++probes) line.push_back(place(probes, (*values)[probes]));
    drawing.shapes.push_back(Drawing::Line{line, colour, 2});
  }
  drawing.shapes.push_back(Drawing::Text{{left + 60, place(1, 0.82).y}, "nearest points found", dark});
  drawing.shapes.push_back(Drawing::Text{{left + 100, place(1, 0.3).y}, "points read", missed});
}

}  // namespace

void draw_cells(const std::string& file) {
  Random random(3);
  std::vector<Point> all;
  for (std::size_t i = 0; i < points; ++i) all.push_back({random.uniform(0, 1), random.uniform(0, 1)});
  const std::vector<Point> centres = k_means(all);
  // A query a little inside of its cell's border with the next one, in the middle.
  const std::vector<std::size_t> middle = by_distance(centres, {0.5, 0.5});
  const Point a = centres[middle[0]], b = centres[middle[1]];
  const Point query = {0.56 * a.x + 0.44 * b.x, 0.56 * a.y + 0.44 * b.y};
  Drawing drawing;
  drawing.width = static_cast<Index>(side + 5 * margin + 220),
  drawing.height = static_cast<Index>(side + 3 * margin);
  draw_plane(drawing, all, centres, query);
  draw_curves(drawing, all, centres, random.split(1));
  write_file(file, drawing.to_svg());
}

}  // namespace triptych
