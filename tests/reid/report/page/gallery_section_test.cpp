#include "reid/report/page/gallery_section.h"

#include <doctest/doctest.h>

#include "engine/json.h"
#include "tests/reid/report/page/world.h"

using namespace triptych;
using namespace triptych::test;
using Json = nlohmann::json;

TEST_CASE(
    "a gallery shows every query, best first, its nearest in order, and the right one where its rank says") {
  const PageWorld world;
  ImageStore store(world.images);
  const Json data = parse_json<Json>(gallery_section(world.tested(), store).data, "a test");
  REQUIRE(data["queries"].size() == 5);
  int rank_before = 0;
  for (const Json& query : data["queries"]) {
    const int rank = query["rank"];
    CHECK(rank >= rank_before);
    rank_before = rank;
    REQUIRE(query["nearest"].size() == 5);
    double before = 0;
    for (const Json& near : query["nearest"]) {
      CHECK(near["distance"] >= before);
      before = near["distance"];
      CHECK(near["right"] == (near["person"] == query["person"]));
    }
    CHECK(query["nearest"][static_cast<std::size_t>(rank - 1)]["right"] == true);
  }
}
