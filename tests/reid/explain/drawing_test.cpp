#include "reid/explain/drawing.h"

#include <doctest/doctest.h>

#include <limits>
#include <numeric>

#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("a map as characters: blank at 0 and below, full at the largest") {
  const std::vector<double> map = {0, -1, 1, 2, 3, 4};
  CHECK(character_map(map, {2, 3}) == std::vector<std::string>{"    ░░", "▒▒▓▓██"});
  CHECK(character_map(map, {3, 2}, 8) == std::vector<std::string>{"    ", "░░░░", "▒▒▒▒"});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(character_map(std::vector<double>{nan, 0}, {1, 2}, 1) == std::vector<std::string>{"    "});
}

TEST_CASE("patches share the whole of the embedding's length, and sheets show every part") {
  const Model model = make_model(Device::open("reference"), tiny_options(), {});
  const ImageSource images = open_images(open_dataset("synthetic:2"), {52, 24});
  const PatchShares first = patch_shares(model, images, 0), second = patch_shares(model, images, 3);
  const std::vector<double> length = length_shares(first);
  CHECK(std::accumulate(length.begin(), length.end(), 0.0) == doctest::Approx(1));

  Image crop(48, 20);
  for (Index y = 0; y < 48; ++y)
    for (Index x = 0; x < 20; ++x) crop.at(y, x)[0] = 200;
  const Image alone = share_sheet("P", crop, first);
  const Contributions all = contributions(first, second);
  const Image both = contribution_sheet("P and Q", crop, crop, first.grid, all);
  CHECK(alone.height > 8 * 48);
  CHECK(alone.width > 3 * 8 * 20);
  CHECK(both.width > 6 * 8 * 20);
  // The heat of the two halves differs: near is not far.
  Contributions other = all;
  other.far = all.near;
  CHECK(contribution_sheet("P and Q", crop, crop, first.grid, other).pixels != both.pixels);
}
