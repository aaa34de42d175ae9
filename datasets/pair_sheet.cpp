#include "datasets/pair_sheet.h"

#include <algorithm>
#include <vector>

#include "datasets/image_source.h"
#include "drawing/canvas.h"
#include "engine/error.h"
#include "engine/random.h"

namespace triptych {
namespace {

constexpr Index image_height = 160, frame_height = 128, gap = 6, columns = 12;
constexpr std::size_t most_frames = 16;  // of a strip
constexpr Colour paper{255, 255, 255}, ink{60, 60, 60};

struct Pair {
  Index identity, first, second;  // a label and two samples
};

// A person's first image from each of two cameras, the first two that saw them.
std::vector<Pair> pairs_of(const Dataset& dataset) {
  std::vector<std::pair<Index, Index>> seen(static_cast<std::size_t>(dataset.identities), {-1, -1});
  for (Index i = 0; i < static_cast<Index>(dataset.samples.size()); ++i) {
    const Sample& s = dataset.samples[static_cast<std::size_t>(i)];
    if (s.identity == distractor) continue;
    auto& [first, second] = seen[static_cast<std::size_t>(s.identity)];
    if (first < 0)
      first = i;
    else if (second < 0 && dataset.samples[static_cast<std::size_t>(first)].camera != s.camera)
      second = i;
  }
  std::vector<Pair> pairs;
  for (Index identity = 0; identity < dataset.identities; ++identity) {
    const auto& [first, second] = seen[static_cast<std::size_t>(identity)];
    pairs.push_back({identity, first, second});
  }
  return pairs;
}

Image tile(const Dataset& dataset, const Sample& sample, std::uint64_t seed, Index height) {
  const Image image = load_image(dataset, sample, seed);
  return resize(image, height, std::max<Index>(1, image.width * height / image.height));
}

// An image, or the first frames of a sequence side by side.
Image tile_or_strip(const Dataset& dataset, Index sample, std::uint64_t seed) {
  const auto at = static_cast<std::size_t>(sample);
  if (dataset.frames.empty()) return tile(dataset, dataset.samples[at], seed, image_height);
  std::vector<Image> frames;
  Index width = 0;
  for (const Sample& frame : dataset.frames[at]) {
    if (frames.size() == most_frames) break;
    frames.push_back(tile(dataset, frame, seed, frame_height));
    width += frames.back().width + 1;
  }
  Canvas strip(frame_height, width - 1, paper);
  Index x = 0;
  for (const Image& frame : frames) strip.paste(frame, x, 0), x += frame.width + 1;
  return std::move(strip.image);
}

}  // namespace

Image draw_pairs(const Dataset& dataset, Index count, std::uint64_t seed) {
  require(count >= 1, "--count {}: a sheet needs one pair at least", count);
  std::vector<Pair> pairs = pairs_of(dataset);
  Random(seed, 0x9A12).shuffle(std::span(pairs));
  pairs.resize(std::min(pairs.size(), static_cast<std::size_t>(count)));
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.identity < b.identity; });

  std::vector<Image> above, below;
  Index width = 1;
  for (const Pair& pair : pairs) {
    above.push_back(tile_or_strip(dataset, pair.first, seed));
    below.push_back(tile_or_strip(dataset, pair.second, seed));
    width = std::max({width, above.back().width, below.back().width});
  }
  const bool strips = !dataset.frames.empty();
  const Index tile_height = strips ? frame_height : image_height;
  const Index block = 2 * tile_height + gap / 2 + Canvas::line_step() + 2 * gap;
  const Index shown = static_cast<Index>(pairs.size()), across = std::min(strips ? 1 : columns, shown);
  const Index blocks = (shown + across - 1) / across;
  Canvas canvas(blocks * block + gap, across * (width + gap) + gap, paper);
  for (Index i = 0; i < shown; ++i) {
    const std::size_t at = static_cast<std::size_t>(i);
    const Index x = gap + i % across * (width + gap), y = gap + i / across * block;
    canvas.paste(above[at], x, y);
    canvas.paste(below[at], x, y + tile_height + gap / 2);
    const std::string& name = dataset.identity_names[static_cast<std::size_t>(pairs[at].identity)];
    const std::size_t fits = static_cast<std::size_t>(std::max<Index>(1, width / Canvas::character_step()));
    canvas.text(x, y + 2 * tile_height + gap, name.substr(0, fits), ink);
  }
  return std::move(canvas.image);
}

}  // namespace triptych
