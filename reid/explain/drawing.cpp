#include "reid/explain/drawing.h"

#include <fmt/format.h>

#include <algorithm>

#include "drawing/canvas.h"

namespace triptych {
namespace {

constexpr Colour paper = {250, 250, 248}, ink = {32, 32, 36}, line_colour = {255, 255, 255};
constexpr Index margin = 12, gap = 10, text_scale = 2, image_height = 420;

// Images of a sheet are shown this many times as large as the network sees them.
Image enlarged(const Image& crop) {
  const Index factor = std::max<Index>(1, image_height / crop.height);
  return resize(crop, crop.height * factor, crop.width * factor);
}

// Over the image as heat; what is 0 or less stays dark.
Image heated(const Image& image, std::span<const double> map, const PatchGrid& grid, double largest) {
  std::vector<float> scaled;
  for (const double value : map)
    scaled.push_back(largest > 0 ? static_cast<float>(std::max(0.0, value) / largest) : 0);
  return blend_heat_map(image, scaled, grid.rows, grid.columns);
}

Point middle_of(Index patch, const PatchGrid& grid, const Image& image, Index left, Index top) {
  const double row = static_cast<double>(patch / grid.columns),
               column = static_cast<double>(patch % grid.columns);
  return {static_cast<double>(left) +
              (column + 0.5) * static_cast<double>(image.width) / static_cast<double>(grid.columns),
          static_cast<double>(top) +
              (row + 0.5) * static_cast<double>(image.height) / static_cast<double>(grid.rows)};
}

double largest_of(const std::vector<double>& a, const std::vector<double>& b) {
  return std::max(*std::ranges::max_element(a), *std::ranges::max_element(b));
}

// Both images under one map, and the six largest pairs joined.
void draw_pair(Canvas& canvas, Index x, Index y, const Image& first, const Image& second,
               const PatchGrid& grid, const Contributions& all, const std::vector<double>& pairs) {
  const std::vector<double> of_first = all.of_first(pairs), of_second = all.of_second(pairs);
  const double largest = largest_of(of_first, of_second);
  const Index right = x + first.width + gap;
  canvas.paste(heated(first, of_first, grid, largest), x, y);
  canvas.paste(heated(second, of_second, grid, largest), right, y);
  for (const PatchPair& pair : largest_pairs(all, pairs, 6)) {
    if (pair.value <= 0) continue;
    const Point ends[] = {middle_of(pair.first, grid, first, x, y),
                          middle_of(pair.second, grid, second, right, y)};
    canvas.stroke(ends, ink, 4);
    canvas.stroke(ends, line_colour, 2);
  }
}

}  // namespace

std::vector<std::string> character_map(std::span<const double> map, const PatchGrid& grid, double largest) {
  static constexpr const char* shades[] = {"  ", "░░", "▒▒", "▓▓", "██"};
  if (largest <= 0 && !map.empty()) largest = *std::ranges::max_element(map);
  std::vector<std::string> lines(static_cast<std::size_t>(grid.rows));
  for (std::size_t p = 0; p < map.size(); ++p) {
    const double share = largest > 0 ? map[p] / largest : 0;
    const int shade = share >= 0 ? std::min(4, static_cast<int>(share * 4 + 0.5)) : 0;  // a NaN is blank, too
    lines[p / static_cast<std::size_t>(grid.columns)] += shades[shade];
  }
  return lines;
}

std::vector<double> length_shares(const PatchShares& shares) {
  std::vector<double> result(static_cast<std::size_t>(shares.grid.patches()));
  const std::size_t size = shares.embedding.size();
  for (std::size_t i = 0; i < shares.part.size(); ++i)
    result[i / size] += shares.part[i] * shares.embedding[i % size];
  return result;
}

Image share_sheet(const std::string& title, const Image& crop, const PatchShares& shares) {
  const Image image = enlarged(crop);
  const std::vector<double> length = length_shares(shares);
  const Index top = margin + 3 * Canvas::line_step(text_scale), step = image.width + gap;
  const std::string captions[] = {"as the network sees it", "the gate: does a patch tell who?",
                                  "share of the embedding"};
  Canvas canvas(top + image.height + 2 * Canvas::line_step() + margin,
                2 * margin + std::max(3 * step - gap, Canvas::text_width(title, text_scale)), paper);
  canvas.text(margin, margin, title, ink, text_scale);
  const Image columns[] = {image, heated(image, shares.gate, shares.grid, 1),
                           heated(image, length, shares.grid, *std::ranges::max_element(length))};
  for (Index i = 0; i < 3; ++i) {
    canvas.paste(columns[i], margin + i * step, top);
    canvas.text(margin + i * step, top + image.height + 6, captions[i], ink);
  }
  return std::move(canvas.image);
}

Image contribution_sheet(const std::string& title, const Image& first, const Image& second,
                         const PatchGrid& grid, const Contributions& all) {
  const Image a = enlarged(first), b = resize(second, a.height, a.width);
  const Index top = margin + 3 * Canvas::line_step(text_scale), pair_width = 2 * a.width + gap;
  const Index between = 3 * gap;
  Canvas canvas(top + a.height + 2 * Canvas::line_step() + margin,
                2 * margin + std::max(3 * pair_width + 2 * between, Canvas::text_width(title, text_scale)),
                paper);
  canvas.text(margin, margin, title, ink, text_scale);
  Index x = margin;
  const auto caption = [&](const std::string& words) { canvas.text(x, top + a.height + 6, words, ink); };
  canvas.paste(a, x, top), canvas.paste(b, x + a.width + gap, top);
  caption("as the network sees them");
  x += pair_width + between;
  draw_pair(canvas, x, top, a, b, grid, all, all.near);
  caption(fmt::format("near: what they have in common, cosine {:.4f}", all.cosine));
  x += pair_width + between;
  draw_pair(canvas, x, top, a, b, grid, all, all.far);
  caption(fmt::format("far: what they differ in, distance {:.4f}", all.distance));
  return std::move(canvas.image);
}

}  // namespace triptych
