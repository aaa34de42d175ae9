#include "reid/report/page/em_section.h"

#include <doctest/doctest.h>

#include "engine/json.h"
#include "tests/reid/report/page/world.h"

using namespace triptych;
using namespace triptych::test;
using Json = nlohmann::json;

TEST_CASE("the EM loop: chosen people and every camera, round by round") {
  const PageWorld world;
  ImageStore store(world.images);
  std::vector<Index> samples(24);
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<Index>(i);
  PatchLabels labels = PatchLabels::everything(24, world.model.network->grid());
  std::vector<EmRound> rounds = {{1, {samples, labels}}};
  labels.v[0] = 0;
  std::fill(rounds[0].saved.labels.map.begin(), rounds[0].saved.labels.map.end(), Real(0.5));
  std::fill(labels.map.begin(), labels.map.end(), Real(0.125));
  rounds.push_back({2, {samples, labels}, "It shows where to look."});
  const Json data = parse_json<Json>(
      em_section(rounds, world.dataset, world.images, world.options.network, store).data, "a test");
  CHECK(data["rounds"] == Json({1, 2}));
  CHECK(data["qualities"] == Json({"", "It shows where to look."}));
  REQUIRE(data["people"].size() == 8);
  const Json& view = data["people"][0]["views"][0];
  CHECK(view["rounds"][0]["v"] == "111111111111");
  CHECK(view["rounds"][1]["v"] == "011111111111");
  // One scale for all: a quarter of the largest value is byte 127 = 255 sqrt(1/4), here and in the mean of a
  // camera.
  CHECK(data["largest"] == 0.5);
  const std::string full(16, '/'), quarter = "f39/f39/f39/f39/";  // bytes 255, and 127, in base64
  CHECK(view["rounds"][0]["map"] == full);
  CHECK(view["rounds"][1]["map"] == quarter);
  CHECK(view["rounds"][1]["largest"] == 0.125);
  CHECK(data["cameras"][0]["rounds"][1]["map"] == quarter);
  REQUIRE(data["cameras"].size() == 2);
  CHECK(data["cameras"][0]["images"] == 12);

  rounds[1].saved.samples[0] = 5;
  CHECK(parse_json<Json>(em_section(rounds, world.dataset, world.images, world.options.network, store).data,
                         "a test")
            .contains("absent"));
  CHECK(parse_json<Json>(em_section({}, world.dataset, world.images, world.options.network, store).data,
                         "a test")
            .contains("absent"));
}
