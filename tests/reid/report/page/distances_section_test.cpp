#include "reid/report/page/distances_section.h"

#include <doctest/doctest.h>

#include "engine/json.h"
#include "tests/reid/report/page/world.h"

using namespace triptych;
using namespace triptych::test;
using Json = nlohmann::json;

TEST_CASE("the distances of genuine and impostor pairs are counted, and a chosen threshold is shown") {
  const PageWorld world;
  const Tested tested = world.tested();
  const Json data = parse_json<Json>(distances_section(tested, {}).data, "a test");
  const auto sum = [&](const char* name) {
    int total = 0;
    for (const Json& count : data[name]) total += count.get<int>();
    return total;
  };
  CHECK(sum("same") == 5);        // five people, each by two cameras
  CHECK(sum("different") == 20);  // each with the four others
  CHECK(!data.contains("chosen"));

  OpenThresholds chosen;
  chosen.people = "training people", chosen.searches = 100, chosen.gallery = 50, chosen.at = {{0.01, 0.75}};
  const Json with = parse_json<Json>(distances_section(tested, chosen).data, "a test");
  CHECK(with["threshold"] == 0.75);
  CHECK(with["chosen"]["far"] == 1.0);
  CHECK(with["same"] == data["same"]);
}
