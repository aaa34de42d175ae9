#include "reid/report/page/looks_section.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reid/report/page/occlusion.h"
#include "tests/reid/report/page/world.h"

using namespace triptych;
using namespace triptych::test;
using Json = nlohmann::json;

TEST_CASE("filters, feature maps of every block, patches and gate") {
  const PageWorld world;
  ImageStore store(world.images);
  const Json data = Json::parse(looks_section(world.tested(), store).data);
  CHECK(data["filters"].size() == 3);
  REQUIRE(data["images"].size() == 4);
  const Json& tiers = data["images"][0]["tiers"];
  REQUIRE(tiers["blocks"].size() == 2);
  CHECK(tiers["blocks"][0]["shape"] == "[1, 24, 10, 3]");
  CHECK(tiers["blocks"][1]["channels"].size() == 4);
  CHECK(tiers["lengths"].size() == 12);  // a grid of 6 x 2
  for (const Json& gate : tiers["gate"]) CHECK((gate >= 0.0 && gate <= 1.0));
  CHECK(data["images"][0]["occlusion"]["distance"] > 0.0);
}

TEST_CASE("an occlusion map is about d, and d is that of the uncovered images") {
  const PageWorld world;
  const Index x = world.protocol.query[0], y = world.protocol.gallery[0];
  const OcclusionMap map = occlusion_map(world.model, world.images, x, y);
  const std::vector<Index> both = {x, y};
  const EmbeddedImages rows = embed(world.model, world.images, both, world.model.selection);
  CHECK(map.distance ==
        doctest::Approx(distance_matrix(world.device, rows.row(0), rows.row(1), rows.size)[0]).epsilon(1e-4));
  CHECK(map.change.size() == static_cast<std::size_t>(map.rows * map.columns));
  CHECK(std::ranges::any_of(map.change, [](double change) { return change != 0; }));
}
