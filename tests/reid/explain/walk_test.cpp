#include "reid/explain/walk.h"

#include <doctest/doctest.h>

#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("an image's way has the ops of each tier in their order, with shapes, times and formulas") {
  const Model model = make_model(Device::open("reference"), tiny_options(), {});
  const ImageSource images = open_images(open_dataset("synthetic:2"), {52, 24});
  const Walk way = walk(model, images, 1);
  CHECK(way.crop == Shape{1, 48, 20, 3});
  const Network& network = *model.network;
  const PatchGrid grid = network.grid();
  REQUIRE_FALSE(way.tiers[0].empty());
  CHECK(way.tiers[0].front().op == "convolution2d");
  CHECK(way.tiers[0].back().output == Shape{1, 12, 5, 4});
  REQUIRE_FALSE(way.tiers[1].empty());
  CHECK(way.tiers[1].front().op == "average_pool2d");
  CHECK(way.tiers[1].back().output == Shape{1, grid.rows, grid.columns, 5});
  REQUIRE_FALSE(way.tiers[2].empty());
  CHECK(way.tiers[2].back().op == "l2_normalise");
  CHECK(way.tiers[2].back().output == Shape{1, network.embedding_size()});
  for (const auto& tier : way.tiers)
    for (const WalkStep& step : tier) {
      CAPTURE(step.op);
      CHECK_FALSE(step.formula.empty());
      CHECK(step.seconds > 0);
    }
}
