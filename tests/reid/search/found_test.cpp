#include "reid/search/found.h"

#include <doctest/doctest.h>

#include "engine/json.h"
#include "tests/drawing/helpers.h"

using namespace triptych;
using triptych::testing::contains;

namespace {

Found two_queries() {
  Found found;
  found.gallery = "people.index", found.images = 3;
  found.model = {"/m.safetensors", "abc", "def", 8};
  found.queries = {{"q,1.png", {{"/a.png", "0007", 1, 0.25}, {"/b.png", {}, -1, 1.5}}},
                   {"q2.png", {{"/b.png", {}, -1, 0.5}}}};
  return found;
}

}  // namespace

TEST_CASE("found: JSON with null for what is unknown") {
  const nlohmann::json json = parse_json(found_json(two_queries()), "a test");
  CHECK(json["images"] == 3);
  CHECK(json["model"]["digest"] == "abc");
  CHECK(json["threshold"].is_null());
  REQUIRE(json["queries"].size() == 2);
  CHECK(json["queries"][0]["in_gallery"].is_null());
  const auto& matches = json["queries"][0]["matches"];
  REQUIRE(matches.size() == 2);
  CHECK(matches[0]["rank"] == 1);
  CHECK(matches[0]["person"] == "0007");
  CHECK(matches[0]["camera"] == 2);
  CHECK(matches[0]["distance"] == 0.25);
  CHECK(matches[1]["rank"] == 2);
  CHECK(matches[1]["person"].is_null());
  CHECK(matches[1]["camera"].is_null());
}

TEST_CASE("found: CSV with a row for each match; a comma is quoted") {
  CHECK(found_csv(two_queries()) ==
        "query,rank,distance,file,person,camera\n"
        "\"q,1.png\",1,0.25,/a.png,0007,2\n"
        "\"q,1.png\",2,1.5,/b.png,,0\n"
        "q2.png,1,0.5,/b.png,,0\n");
}

TEST_CASE("found: within a threshold, and beyond") {
  Found found = two_queries();
  found.threshold = 0.25;
  CHECK(found.in_gallery(found.queries[0]));
  CHECK(!found.in_gallery(found.queries[1]));
  const nlohmann::json json = parse_json(found_json(found), "a test");
  CHECK(json["queries"][0]["in_gallery"] == true);
  CHECK(json["queries"][1]["in_gallery"] == false);
  CHECK(contains(found_text(found), "q2.png -> not in the gallery"));
  CHECK(contains(found_text(found), "q,1.png -> /a.png  person 0007, camera 2"));
  found.queries.erase(found.queries.begin());
  CHECK(contains(found_text(found), "not in the gallery: no image is within 0.2500"));
}
