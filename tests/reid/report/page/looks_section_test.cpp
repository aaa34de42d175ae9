#include "reid/report/page/looks_section.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "datasets/batch.h"
#include "engine/json.h"
#include "reid/report/page/filters.h"
#include "reid/report/page/occlusion.h"
#include "tests/reid/report/page/world.h"

using namespace triptych;
using namespace triptych::test;
using Json = nlohmann::json;

TEST_CASE("filters, feature maps of every block, patches and gate") {
  const PageWorld world;
  ImageStore store(world.images);
  const Json data = parse_json<Json>(looks_section(world.tested(), store).data, "a test");
  REQUIRE(data["filters"].size() == 3);
  REQUIRE(data["filters"][0]["patches"].size() == 4);
  CHECK(data["filters"][0]["patches"][0]["response"] >= data["filters"][0]["patches"][3]["response"]);
  REQUIRE(data["images"].size() == 4);
  const Json& tiers = data["images"][0]["tiers"];
  REQUIRE(tiers["blocks"].size() == 2);
  CHECK(tiers["blocks"][0]["shape"] == "[1, 24, 10, 3]");
  CHECK(tiers["blocks"][1]["channels"].size() == 4);
  CHECK(tiers["lengths"].size() == 12);  // a grid of 6 x 2
  for (const Json& gate : tiers["gate"]) CHECK((gate >= 0.0 && gate <= 1.0));
  CHECK(data["images"][0]["occlusion"]["distance"] > 0.0);
  CHECK(data["images"][0]["attention"].is_null());
}

TEST_CASE("looks: with attention, what every row of patches reads, in shares of 1") {
  PageWorld world;
  world.options.network.recurrent = RecurrentKind::attention, world.options.network.hidden = 6;
  world.model = make_model(world.device, world.options, {});
  ImageStore store(world.images);
  const Json data = parse_json<Json>(looks_section(world.tested(), store).data, "a test");
  const Json& attention = data["images"][0]["attention"];
  CHECK(attention["rows"] == 6);
  CHECK(attention["columns"] == 2);
  CHECK(attention["heads"] == 2);
  const std::vector<double> weights = attention["weights"];
  REQUIRE(weights.size() == 2 * 2 * 6 * 6);
  for (std::size_t row = 0; row < weights.size(); row += 6) {
    double sum = 0;
    for (std::size_t s = row; s < row + 6; ++s) sum += weights[s];
    CHECK(sum == doctest::Approx(1).epsilon(1e-3));
  }
}

TEST_CASE("looks: the strongest patch of a filter is the largest product of its weights with an image") {
  const PageWorld world;
  const Tested tested = world.tested();
  const FilterView filter = first_filters(tested, 2).front();
  REQUIRE(filter.strongest.size() == 2);
  CHECK(filter.strongest[0].sample != filter.strongest[1].sample);

  const NetworkOptions& options = world.options.network;
  const ParameterList parameters = world.model.network->parameters();
  const auto first =
      std::ranges::find(parameters, std::string("tier1.block1.convolution.weight"), &NamedParameter::name);
  const std::vector<Real> w = first->parameter->value.values();
  const Index kernel = options.kernel, filters = first->parameter->value.shape()[3];
  CHECK(filter.weights.height == kernel);
  CHECK(filter.strongest[0].around.height == 3 * kernel);
  const StrongPatch& best = filter.strongest[0];
  const std::vector<Real> crop = centre_crops(world.images, {&best.sample, 1}, world.model.normalisation,
                                              options.crop_height, options.crop_width, 1);
  const auto response = [&](Index row, Index column) {
    double sum = 0;
    for (Index r = 0; r < kernel; ++r)
      for (Index c = 0; c < kernel; ++c) {
        const Index y = row + r - kernel / 2, x = column + c - kernel / 2;
        if (y < 0 || x < 0 || y >= options.crop_height || x >= options.crop_width) continue;
        for (Index ch = 0; ch < 3; ++ch)
          sum += w[static_cast<std::size_t>(((r * kernel + c) * 3 + ch) * filters)] *
                 crop[static_cast<std::size_t>((y * options.crop_width + x) * 3 + ch)];
      }
    return sum;
  };
  double largest = response(0, 0);
  for (Index row = 0; row < options.crop_height; ++row)
    for (Index column = 0; column < options.crop_width; ++column)
      largest = std::max(largest, response(row, column));
  CHECK(best.response == doctest::Approx(largest).epsilon(1e-4));
  CHECK(response(best.row, best.column) == doctest::Approx(largest).epsilon(1e-4));
}

TEST_CASE("looks: the image that covering changes most comes first") {
  const PageWorld world;
  ImageStore store(world.images);
  const Json data = parse_json<Json>(looks_section(world.tested(), store).data, "a test");
  double before = 1e9;
  for (const Json& image : data["images"]) {
    double most = 0;
    for (const double change : image["occlusion"]["change"]) most = std::max(most, std::abs(change));
    CHECK(most <= before);
    before = most;
  }
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
