#include "reid/evaluation/embed.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("with test-mirror a picture and its mirror image have one embedding, half-way between their own") {
  Device& device = Device::open("reference");
  const Dataset dataset = open_dataset("synthetic:2");
  PictureSet pictures = load_pictures(dataset, 52, 24, 1, 1);
  // A fifth picture: the first one's mirror image.
  for (Index y = 0; y < 52; ++y)
    for (Index x = 0; x < 24; ++x)
      for (Index c = 0; c < 3; ++c)
        pictures.pixels.push_back(pictures.pixels[static_cast<std::size_t>((y * 24 + (23 - x)) * 3 + c)]);
  ++pictures.count;
  const std::vector<Index> both = {0, 4};
  Model model = make_model(device, tiny_options(), {});
  const EmbeddedPictures apart = embed(model, pictures, both, PatchSelection::By::everything);
  model.options.testing.mirror = true;
  const EmbeddedPictures joined = embed(model, pictures, both, PatchSelection::By::everything);
  double between = 0, squares = 0, difference = 0;
  for (Index k = 0; k < apart.size; ++k) {
    const auto at = static_cast<std::size_t>(k);
    difference += std::abs(static_cast<double>(apart.row(0)[at] - apart.row(1)[at]));
    squares += std::pow(static_cast<double>(apart.row(0)[at] + apart.row(1)[at]), 2);
    between = std::max(between, std::abs(static_cast<double>(joined.row(0)[at] - joined.row(1)[at])));
  }
  CHECK(difference > 0.01);  // else there is nothing to see
  CHECK(between < 1e-5);
  for (Index k = 0; k < apart.size; ++k) {
    const auto at = static_cast<std::size_t>(k);
    CHECK(joined.row(0)[at] ==
          doctest::Approx(static_cast<double>(apart.row(0)[at] + apart.row(1)[at]) / std::sqrt(squares))
              .epsilon(1e-4));
  }
}
