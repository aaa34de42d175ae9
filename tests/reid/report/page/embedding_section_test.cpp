#include "reid/report/page/embedding_section.h"

#include <doctest/doctest.h>

#include "engine/json.h"
#include "tests/reid/report/page/world.h"

using namespace triptych;
using namespace triptych::test;
using Json = nlohmann::json;

TEST_CASE("the map of people has a place for every image, the same for the same seed") {
  const PageWorld world;
  ImageStore store(world.images);
  const std::string text = embedding_section(world.tested(), store, 1).data;
  const Json data = parse_json<Json>(text, "a test");
  REQUIRE(data["points"].size() == 10);
  CHECK(data["points"][0]["camera"] == 2);
  CHECK(data["points"][9]["camera"] == 1);
  CHECK(data["points"][0]["person"] == data["points"][5]["person"]);
  CHECK(data["explained"][0] >= data["explained"][1]);
  CHECK(data["neighbours"] == 8);  // of nine others
  for (const char* plane : {"pca", "tsne"}) CHECK((data["kept"][plane] > 50 && data["kept"][plane] <= 100));
  CHECK(data["points"][0]["rank"] >= 1);  // a query
  CHECK(!data["points"][5].contains("rank"));
  CHECK(embedding_section(world.tested(), store, 1).data == text);
  CHECK(embedding_section(world.tested(), store, 2).data != text);
}
