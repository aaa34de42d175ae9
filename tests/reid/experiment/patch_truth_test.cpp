#include "reid/experiment/patch_truth.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("the truth of patches is the renderer's, and what is pasted hides them") {
  Dataset dataset = open_dataset("synthetic:3,misalignment=0,occlusion=0");
  const NetworkOptions network = tiny_options().network;  // 6 x 2 patches of a crop of 48 x 20
  const std::vector<PatchTruth> truth = patch_truth(dataset, 1, 0, network);
  REQUIRE(truth.size() == 12);
  // The person stands in the middle: the share of person pixels in each part of the image decides.
  const std::vector<Truth> pixels = render_truth(dataset.synthetic_options, 1, 0, 0);
  const auto height = dataset.synthetic_options.height, width = dataset.synthetic_options.width;
  Index clear = 0;
  for (Index r = 0; r < 6; ++r)
    for (Index c = 0; c < 2; ++c) {
      double person = 0, all = 0;
      for (Index y = 0; y < height; ++y)
        for (Index x = 0; x < width; ++x) {
          const double row = (static_cast<double>(y) * 52 / static_cast<double>(height) - 2) / 8,
                       column = (static_cast<double>(x) * 24 / static_cast<double>(width) - 2) / 10;
          if (static_cast<Index>(std::floor(row)) != r || static_cast<Index>(std::floor(column)) != c)
            continue;
          person += pixels[static_cast<std::size_t>(y * width + x)] == Truth::person, ++all;
        }
      if (std::abs(person / all - 0.5) < 0.1) continue;  // too close to call by samples
      ++clear;
      CHECK((truth[static_cast<std::size_t>(2 * r + c)] == PatchTruth::person) == (person / all > 0.5));
    }
  CHECK(clear >= 6);
  const std::vector<PatchTruth> hidden = patch_truth(dataset, 1, 0, network, {2, 2, 16, 10});
  for (std::size_t p = 0; p < 12; ++p)
    CHECK(hidden[p] == (p == 0 || p == 2 ? PatchTruth::occluder : truth[p]));
}

TEST_CASE("a map of the truth is perfect, one of positions is not") {
  const Dataset dataset = open_dataset("synthetic:6,occlusion=1");
  const NetworkOptions network = tiny_options().network;
  std::vector<PatchTruth> truth;
  std::vector<Real> map;
  for (Index sample = 0; sample < 12; ++sample)
    for (const PatchTruth t : patch_truth(dataset, 1, sample, network)) {
      truth.push_back(t);
      map.push_back(t == PatchTruth::person);
    }
  const MapQuality quality = map_quality("truth", patch_grid(network), map, truth);
  CHECK(quality.person == doctest::Approx(1));
  CHECK(quality.person_position < 0.99);
  CHECK(quality.person_position > 0.5);
  CHECK(quality.beats_position());
  for (Real& value : map) value = -value;
  CHECK(!map_quality("wrong", patch_grid(network), map, truth).beats_position());
  truth.assign(truth.size(), PatchTruth::unknown);
  truth[0] = PatchTruth::occluder;
  const MapQuality photograph = map_quality("map", patch_grid(network), map, truth);
  CHECK(std::isnan(photograph.person));
  CHECK(!std::isnan(photograph.hidden));
}
