#include "datasets/pair_sheet.h"

#include <algorithm>
#include <vector>

#include "datasets/canvas.h"
#include "datasets/picture_set.h"
#include "engine/error.h"
#include "engine/random.h"

namespace triptych {
namespace {

constexpr Index tile_height = 160, gap = 6, columns = 12;
constexpr Colour paper{255, 255, 255}, ink{60, 60, 60};

struct Pair {
  Index person, first, second;  // a label and two samples
};

// A person's first picture from each of two cameras, the first two that saw them.
std::vector<Pair> pairs_of(const Dataset& dataset) {
  std::vector<std::pair<Index, Index>> seen(static_cast<std::size_t>(dataset.people), {-1, -1});
  for (Index i = 0; i < static_cast<Index>(dataset.samples.size()); ++i) {
    const Sample& s = dataset.samples[static_cast<std::size_t>(i)];
    if (s.person == distractor) continue;
    auto& [first, second] = seen[static_cast<std::size_t>(s.person)];
    if (first < 0)
      first = i;
    else if (second < 0 && dataset.samples[static_cast<std::size_t>(first)].camera != s.camera)
      second = i;
  }
  std::vector<Pair> pairs;
  for (Index person = 0; person < dataset.people; ++person) {
    const auto& [first, second] = seen[static_cast<std::size_t>(person)];
    pairs.push_back({person, first, second});
  }
  return pairs;
}

Picture tile(const Dataset& dataset, Index sample, std::uint64_t seed) {
  const Picture picture = load_picture(dataset, sample, seed);
  return resize(picture, tile_height, std::max<Index>(1, picture.width * tile_height / picture.height));
}

}  // namespace

Picture draw_pairs(const Dataset& dataset, Index count, std::uint64_t seed) {
  require(count >= 1, "--count {}: a sheet needs one pair at least", count);
  std::vector<Pair> pairs = pairs_of(dataset);
  Random(seed, 0x9A12).shuffle(std::span(pairs));
  pairs.resize(std::min(pairs.size(), static_cast<std::size_t>(count)));
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.person < b.person; });

  std::vector<Picture> above, below;
  Index width = 1;
  for (const Pair& pair : pairs) {
    above.push_back(tile(dataset, pair.first, seed));
    below.push_back(tile(dataset, pair.second, seed));
    width = std::max({width, above.back().width, below.back().width});
  }
  const Index block = 2 * tile_height + gap / 2 + Canvas::line_step() + 2 * gap;
  const Index shown = static_cast<Index>(pairs.size()), across = std::min(columns, shown);
  const Index blocks = (shown + across - 1) / across;
  Canvas canvas(blocks * block + gap, across * (width + gap) + gap, paper);
  for (Index i = 0; i < shown; ++i) {
    const std::size_t at = static_cast<std::size_t>(i);
    const Index x = gap + i % across * (width + gap), y = gap + i / across * block;
    canvas.paste(above[at], x, y);
    canvas.paste(below[at], x, y + tile_height + gap / 2);
    const std::string& name = dataset.person_names[static_cast<std::size_t>(pairs[at].person)];
    const std::size_t fits = static_cast<std::size_t>(std::max<Index>(1, width / Canvas::character_step()));
    canvas.text(x, y + 2 * tile_height + gap, name.substr(0, fits), ink);
  }
  return std::move(canvas.picture);
}

}  // namespace triptych
