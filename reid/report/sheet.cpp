#include "reid/report/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "drawing/canvas.h"

namespace triptych {
namespace {

constexpr Colour paper = {250, 250, 248}, ink = {32, 32, 36}, grey = {150, 150, 150}, green = {24, 150, 64},
                 red = {200, 36, 36};
constexpr Index cell_height = 160, margin = 10, gap = 8, frame = 3, caption_height = 26, query_gap = 20;

Colour colour_of(Verdict verdict) {
  return verdict == Verdict::right ? green : verdict == Verdict::wrong ? red : grey;
}

// Every image of a sheet gets the same cell; the first query's proportions decide its width.
Index cell_width(const Image& image) {
  return std::clamp<Index>(cell_height * image.width / std::max<Index>(image.height, 1), 40, 2 * cell_height);
}

void draw_cell(Canvas& canvas, Index x, Index y, Index width, const Image& image, Colour colour) {
  canvas.paste(resize(image, cell_height, width), x, y);
  canvas.frame(x - frame, y - frame, width + 2 * frame, cell_height + 2 * frame, colour, frame);
}

std::string fitting(const std::string& text, Index width) {
  const auto room = static_cast<std::size_t>(std::max<Index>(width / Canvas::character_step(), 1));
  return text.size() <= room ? text : text.substr(0, room);
}

}  // namespace

Image ranked_sheet(const std::string& title, std::span<const RankedQuery> rows) {
  std::size_t most = 0;
  for (const RankedQuery& row : rows) most = std::max(most, row.nearest.size());
  const Index width = rows.empty() ? 40 : cell_width(rows.front().query);
  const Index step = width + 2 * frame + gap, row_step = cell_height + 2 * frame + caption_height;
  const Index title_height = margin + 2 * Canvas::line_step(2);
  const Index content = query_gap + static_cast<Index>(most + 1) * step;
  Canvas canvas(title_height + static_cast<Index>(rows.size()) * row_step + margin,
                2 * margin + std::max(content, Canvas::text_width(title, 2)), paper);
  canvas.text(margin, margin, title, ink, 2);

  Index y = title_height;
  for (const RankedQuery& row : rows) {
    draw_cell(canvas, margin + frame, y, width, row.query, ink);
    canvas.text(margin, y + cell_height + frame + 3, fitting(row.caption, step + query_gap), ink);
    for (std::size_t i = 0; i < row.nearest.size(); ++i) {
      const RankedImage& near = row.nearest[i];
      const Index x = margin + frame + query_gap + static_cast<Index>(i + 1) * step;
      draw_cell(canvas, x, y, width, near.image, colour_of(near.verdict));
      canvas.text(x, y + cell_height + frame + 3,
                  fitting(fmt::format("{} {:.3f}", i + 1, near.distance), step), colour_of(near.verdict));
      canvas.text(x, y + cell_height + frame + 3 + Canvas::line_step(), fitting(near.caption, step), ink);
    }
    y += row_step;
  }
  return std::move(canvas.image);
}

std::vector<std::size_t> nearest_positions(std::span<const Real> distances, std::size_t count) {
  std::vector<std::size_t> order(distances.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  count = std::min(count, order.size());
  std::partial_sort(
      order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
      [&](std::size_t a, std::size_t b) { return std::pair(distances[a], a) < std::pair(distances[b], b); });
  order.resize(count);
  return order;
}

std::vector<RankedQuery> best_and_worst(const Dataset& dataset, const ImageSource& images,
                                        const Protocol& protocol, const RankingResult& result,
                                        std::size_t rows) {
  const Who asking = who_is(dataset, protocol.query), known = who_is(dataset, protocol.gallery);
  std::vector<std::size_t> order;
  for (std::size_t q = 0; q < result.nearest.size(); ++q)
    if (result.first_rank[q] > 0) order.push_back(q);
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    const auto key = [&](std::size_t q) {
      return std::pair(result.first_rank[q], result.nearest[q].front().distance);
    };
    return key(a) < key(b);
  });
  if (order.size() > rows)
    order.erase(order.begin() + static_cast<std::ptrdiff_t>(rows - rows / 2),
                order.end() - static_cast<std::ptrdiff_t>(rows / 2));

  std::vector<RankedQuery> sheet;
  for (const std::size_t q : order) {
    RankedQuery ranked{images.copy(protocol.query[q]), fmt::format("right at {}", result.first_rank[q]), {}};
    for (const Neighbour& near : result.nearest[q]) {
      const auto g = static_cast<std::size_t>(near.place);
      const bool right = known.identity[g] == asking.identity[q];
      ranked.nearest.push_back({images.copy(protocol.gallery[g]), static_cast<double>(near.distance),
                                right ? Verdict::right : Verdict::wrong});
    }
    sheet.push_back(std::move(ranked));
  }
  return sheet;
}

}  // namespace triptych
