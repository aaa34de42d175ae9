#include "reid/report/page/em_section.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

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
  rounds.push_back({2, {samples, labels}});
  const Json data =
      Json::parse(em_section(rounds, world.dataset, world.images, world.options.network, store).data);
  CHECK(data["rounds"] == Json({1, 2}));
  REQUIRE(data["people"].size() == 8);
  const Json& view = data["people"][0]["views"][0];
  CHECK(view["rounds"][0]["v"] == "111111111111");
  CHECK(view["rounds"][1]["v"] == "011111111111");
  REQUIRE(data["cameras"].size() == 2);
  CHECK(data["cameras"][0]["images"] == 12);

  rounds[1].saved.samples[0] = 5;
  CHECK(Json::parse(em_section(rounds, world.dataset, world.images, world.options.network, store).data)
            .contains("absent"));
  CHECK(Json::parse(em_section({}, world.dataset, world.images, world.options.network, store).data)
            .contains("absent"));
}
