#include "reid/report/maps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "drawing/canvas.h"

namespace triptych {
namespace {

constexpr Colour paper = {250, 250, 248}, ink = {32, 32, 36};
constexpr Index margin = 10, gap = 6;

Image centre_of(const Image& image, Index height, Index width) {
  Image crop(height, width);
  const Index top = (image.height - height) / 2, left = (image.width - width) / 2;
  for (Index y = 0; y < height; ++y) std::copy_n(image.at(top + y, left), width * 3, crop.at(y, 0));
  return crop;
}

// Probabilities among many people are small on the whole: their root spreads them over the colours. The scale
// is the same, 0 to 1, for all images, cameras and rounds.
std::vector<float> scaled(std::span<const Real> map) {
  std::vector<float> roots;
  for (const Real value : map) roots.push_back(static_cast<float>(std::sqrt(std::max<Real>(0, value))));
  return roots;
}

// The colours of the scale, with the values that they stand for below.
void draw_bar(Canvas& canvas, Index x, Index y) {
  constexpr Index length = 240, height = 10;
  for (Index i = 0; i < length; ++i)
    canvas.fill_rectangle(x + i, y, 1, height, heat_colour((static_cast<double>(i) + 0.5) / length));
  for (const auto& [value, words] :
       {std::pair(0.0, "0"), {0.04, "0.04"}, {0.25, "0.25"}, {0.5, "0.5"}, {1.0, "1"}}) {
    const Index at = std::min<Index>(std::llround(std::sqrt(value) * length), length - 1);
    canvas.fill_rectangle(x + at, y + height, 1, 3, ink);
    canvas.text(x + at - (value > 0 ? Canvas::text_width(words) / 2 : 0), y + height + 5, words, ink);
  }
}
constexpr Index bar_step = 28;  // height of the bar with its numbers, in pixels

// The patches of V = 0 at a quarter of their brightness, each over its own cell of the grid.
Image with_dropped_dark(Image image, const PatchGrid& grid, const std::uint8_t* v) {
  for (Index y = 0; y < image.height; ++y)
    for (Index x = 0; x < image.width; ++x) {
      const Index row = y * grid.rows / image.height, column = x * grid.columns / image.width;
      if (v[row * grid.columns + column]) continue;
      for (int c = 0; c < 3; ++c) image.at(y, x)[c] /= 4;
    }
  return image;
}

struct Column {
  std::vector<Image> images;
  std::string caption;
};

Image columns_sheet(const std::string& title, const std::string& explanation,
                    const std::vector<Column>& columns) {
  const Image& first = columns.front().images.front();
  const Index heading = margin + Canvas::line_step(2) + Canvas::line_step(), bar = heading + gap;
  const Index top = bar + bar_step + gap, step = first.width + gap;
  const auto down = static_cast<Index>(columns.front().images.size());
  Canvas canvas(top + down * (first.height + gap) + Canvas::line_step() + margin,
                2 * margin + std::max({static_cast<Index>(columns.size()) * step,
                                       Canvas::text_width(title, 2), Canvas::text_width(explanation)}),
                paper);
  canvas.text(margin, margin, title, ink, 2);
  canvas.text(margin, margin + Canvas::line_step(2), explanation, ink);
  draw_bar(canvas, margin, bar);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const Index x = margin + static_cast<Index>(c) * step;
    Index y = top;
    for (const Image& image : columns[c].images) {
      canvas.paste(image, x, y);
      y += first.height + gap;
    }
    canvas.text(x, y, columns[c].caption, ink);
  }
  return std::move(canvas.image);
}

}  // namespace

std::vector<std::size_t> rows_to_draw(const Dataset& dataset, const std::vector<Index>& samples,
                                      std::size_t identities) {
  std::vector<Index> known;
  for (const Index sample : samples)
    known.push_back(dataset.samples[static_cast<std::size_t>(sample)].identity);
  std::vector<Index> all = known;
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  identities = std::min(identities, all.size());
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < identities; ++i) {
    const Index identity = all[i * all.size() / identities];
    for (std::size_t row = 0, drawn = 0; row < known.size() && drawn < 2; ++row)
      if (known[row] == identity) rows.push_back(row), ++drawn;
  }
  return rows;
}

Image map_sheet(const std::string& title, const MapsOnImages& maps, const std::vector<std::size_t>& rows) {
  const PatchGrid& grid = maps.labels.grid;
  const auto patches = static_cast<std::size_t>(grid.patches());
  std::vector<Column> columns;
  for (const std::size_t row : rows) {
    const Image image = centre_of(maps.images.copy(maps.samples[row]), maps.crop_height, maps.crop_width);
    const auto begin = maps.labels.map.begin() + static_cast<std::ptrdiff_t>(row * patches);
    const std::vector<float> map = scaled(std::span(begin, patches));
    const std::uint8_t* v = maps.labels.v.data() + row * patches;
    columns.push_back(
        {{image, blend_heat_map(image, map, grid.rows, grid.columns), with_dropped_dark(image, grid, v)},
         fmt::format("{} of {}", std::count(v, v + patches, 1), patches)});
  }
  return columns_sheet(
      title, "the image; the probability that a patch alone finds its owner; the patches kept", columns);
}

Image camera_sheet(const std::string& title, const MapsOnImages& maps, const Dataset& dataset) {
  const PatchGrid& grid = maps.labels.grid;
  const auto patches = static_cast<std::size_t>(grid.patches());
  std::vector<Column> columns;
  for (int camera = 0; camera < dataset.cameras; ++camera) {
    std::vector<Real> map(patches);
    std::vector<float> kept(patches);
    std::vector<double> light(static_cast<std::size_t>(maps.crop_height * maps.crop_width * 3));
    Index count = 0;
    for (std::size_t row = 0; row < maps.samples.size(); ++row) {
      if (dataset.samples[static_cast<std::size_t>(maps.samples[row])].camera != camera) continue;
      ++count;
      for (std::size_t p = 0; p < patches; ++p) {
        map[p] += maps.labels.map[row * patches + p];
        kept[p] += maps.labels.v[row * patches + p];
      }
      const Image image = centre_of(maps.images.copy(maps.samples[row]), maps.crop_height, maps.crop_width);
      for (std::size_t i = 0; i < light.size(); ++i) light[i] += image.pixels[i];
    }
    if (count == 0) continue;
    Image mean(maps.crop_height, maps.crop_width);
    for (std::size_t i = 0; i < light.size(); ++i)
      mean.pixels[i] = static_cast<std::uint8_t>(light[i] / static_cast<double>(count) + 0.5);
    for (float& share : kept) share = std::sqrt(share / static_cast<float>(count));  // on the same scale
    for (Real& value : map) value /= static_cast<Real>(count);
    columns.push_back({{mean, blend_heat_map(mean, scaled(map), grid.rows, grid.columns),
                        blend_heat_map(mean, kept, grid.rows, grid.columns)},
                       fmt::format("camera {}", camera + 1)});
  }
  return columns_sheet(title, "means over images: the image, the map, the share that keeps a patch", columns);
}

}  // namespace triptych
