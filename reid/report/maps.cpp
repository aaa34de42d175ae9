#include "reid/report/maps.h"

#include <fmt/format.h>

#include <algorithm>

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

// Values scaled so that the largest is 1: the maps are probabilities among many people, and small on the
// whole.
std::vector<float> scaled(std::vector<float> map) {
  const float largest = map.empty() ? 0 : *std::ranges::max_element(map);
  if (largest > 0)
    for (float& value : map) value /= largest;
  return map;
}

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

Image columns_sheet(const std::string& title, const std::vector<Column>& columns) {
  const Image& first = columns.front().images.front();
  const Index top = margin + 2 * Canvas::line_step(2), step = first.width + gap;
  const auto down = static_cast<Index>(columns.front().images.size());
  Canvas canvas(
      top + down * (first.height + gap) + Canvas::line_step() + margin,
      2 * margin + std::max(static_cast<Index>(columns.size()) * step, Canvas::text_width(title, 2)), paper);
  canvas.text(margin, margin, title, ink, 2);
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
    const std::vector<float> map = scaled({begin, begin + static_cast<std::ptrdiff_t>(patches)});
    const std::uint8_t* v = maps.labels.v.data() + row * patches;
    columns.push_back(
        {{image, blend_heat_map(image, map, grid.rows, grid.columns), with_dropped_dark(image, grid, v)},
         fmt::format("{} of {}", std::count(v, v + patches, 1), patches)});
  }
  return columns_sheet(title, columns);
}

Image camera_sheet(const std::string& title, const MapsOnImages& maps, const Dataset& dataset) {
  const PatchGrid& grid = maps.labels.grid;
  const auto patches = static_cast<std::size_t>(grid.patches());
  std::vector<Column> columns;
  for (int camera = 0; camera < dataset.cameras; ++camera) {
    std::vector<float> map(patches), kept(patches);
    std::vector<double> light(static_cast<std::size_t>(maps.crop_height * maps.crop_width * 3));
    Index count = 0;
    for (std::size_t row = 0; row < maps.samples.size(); ++row) {
      if (dataset.samples[static_cast<std::size_t>(maps.samples[row])].camera != camera) continue;
      ++count;
      for (std::size_t p = 0; p < patches; ++p) {
        map[p] += static_cast<float>(maps.labels.map[row * patches + p]);
        kept[p] += maps.labels.v[row * patches + p];
      }
      const Image image = centre_of(maps.images.copy(maps.samples[row]), maps.crop_height, maps.crop_width);
      for (std::size_t i = 0; i < light.size(); ++i) light[i] += image.pixels[i];
    }
    if (count == 0) continue;
    Image mean(maps.crop_height, maps.crop_width);
    for (std::size_t i = 0; i < light.size(); ++i)
      mean.pixels[i] = static_cast<std::uint8_t>(light[i] / static_cast<double>(count) + 0.5);
    for (float& share : kept) share /= static_cast<float>(count);
    columns.push_back({{mean, blend_heat_map(mean, scaled(map), grid.rows, grid.columns),
                        blend_heat_map(mean, kept, grid.rows, grid.columns)},
                       fmt::format("camera {}", camera + 1)});
  }
  return columns_sheet(title, columns);
}

}  // namespace triptych
