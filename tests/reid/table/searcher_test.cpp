#include "reid/table/searcher.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/device.h"
#include "engine/error.h"
#include "engine/random.h"
#include "reid/metrics/fusion.h"
#include "reid/table/definition.h"
#include "reid/table/outcome.h"

using namespace triptych;

namespace {

// People whose feature is a point of their own plus noise; camera B adds an offset. Test people's rows can be
// spoilt.
struct Scene {
  static constexpr Index identities = 40, size = 64;  // more numbers than images: the null space needs room
  Dataset dataset;
  std::vector<Real> rows;
  std::vector<Index> training, test;

  explicit Scene(bool spoil_test_identities) {
    dataset.identities = identities, dataset.cameras = 2, dataset.layout = "plain";
    Random random(7);
    std::vector<Real> own(identities * size);
    for (Real& x : own) x = static_cast<Real>(std::abs(random.normal()));
    for (int camera = 0; camera < 2; ++camera)
      for (Index identity = 0; identity < identities; ++identity) {
        dataset.samples.push_back({identity, camera, "", Part::any});
        for (Index k = 0; k < size; ++k)
          rows.push_back(std::abs(own[static_cast<std::size_t>(identity * size + k)] +
                                  Real(0.1) * static_cast<Real>(random.normal()) +
                                  Real(0.3) * static_cast<Real>(camera)));
      }
    for (Index identity = 0; identity < identities; ++identity) {
      dataset.identity_names.push_back(std::to_string(identity));
      (identity < identities / 2 ? training : test).push_back(identity);
    }
    if (!spoil_test_identities) return;
    for (std::size_t i = 0; i < dataset.samples.size(); ++i)
      if (dataset.samples[i].identity >= identities / 2)
        std::fill_n(rows.begin() + static_cast<std::ptrdiff_t>(i) * size, size,
                    std::numeric_limits<Real>::quiet_NaN());
  }

  SplitView view() const {
    const auto describe = [this](const Method&) {
      return Description{
          std::make_shared<const std::vector<Real>>(rows), size, {{"all", 0, size, Damping::none}}, nullptr};
    };
    const auto held_out = [this](const Method&) {
      return std::vector<Index>(training.end() - 8, training.end());
    };
    return {Device::open("cpu"), dataset, 1, training, describe, held_out};
  }
  Protocol protocol() const { return camera_protocol(dataset, test, 0, 1); }
};

// Small features stand in for the real ones: dimensions that do not fit them are left to the metric.
Method shrunk(Method method) {
  for (MetricOptions& options : method.candidates) {
    options.pca = std::min<Index>(options.pca, 8);
    options.dimensions = std::min<Index>(options.dimensions, 6);
    if (options.steps == 0 || options.steps > 5) options.steps = 5;
  }
  if (method.candidates.size() > 2) method.candidates.resize(2);
  return method;
}

}  // namespace

// The rows of test people are NaN: whoever looks at one while learning stumbles.
TEST_CASE("too many images for a metric: first one of each person by each camera, then a second") {
  Dataset dataset;
  for (const int camera : {0, 0, 0, 1, 1, 0}) dataset.samples.push_back({0, camera, "", Part::any});
  dataset.samples.back().identity = 1;
  const std::vector<Index> all = {0, 1, 2, 3, 4, 5};
  CHECK(spread_over_cameras(dataset, all, 3) == std::vector<Index>{0, 3, 5});
  CHECK(spread_over_cameras(dataset, all, 4) == std::vector<Index>{0, 1, 3, 5});
  CHECK(spread_over_cameras(dataset, all, 9) == all);
}

TEST_CASE("no method looks at test people while it learns and chooses") {
  const Scene scene(true);
  for (const MethodGroup& group : method_groups())
    for (const Method& method : group.methods) {
      if (method.is_fusion()) continue;  // joins methods that are tried here
      CAPTURE(method.slug);
      CHECK_NOTHROW(learn(shrunk(method), scene.view(), scene.training));
    }
}

TEST_CASE("every method finds people that are easy to find") {
  const Scene scene(false);
  for (const MethodGroup& group : method_groups())
    for (const Method& method : group.methods) {
      if (method.is_fusion()) continue;
      CAPTURE(method.slug);
      const Protocol protocol = scene.protocol();
      const Outcome outcome = measure(shrunk(method), scene.view(), {&protocol, 1}, true);
      CHECK(outcome.draws[0].result.at_rank(5) > 40);  // chance: 25
      CHECK(outcome.draws[0].result.queries == 20);
      CHECK(outcome.draws[0].reverse.has_value());
      CHECK(outcome.dimensions > 0);
    }
}

TEST_CASE("a fusion chooses its weights on training people and says which") {
  const Scene scene(false);
  Method fusion;
  fusion.slug = "both", fusion.name = "both";
  fusion.fused = {"lomo-xqda", "gog-rgb-xqda"};
  const Protocol protocol = scene.protocol();
  const Outcome outcome = measure(fusion, scene.view(), {&protocol, 1}, false);
  CHECK(outcome.draws[0].result.at_rank(5) > 60);
  CHECK(outcome.chosen.find("lomo-xqda") != std::string::npos);
  const Scene spoilt(true);
  CHECK_NOTHROW(learn(fusion, spoilt.view(), spoilt.training));
}

TEST_CASE("with equal weights the distances are added as they are, and no identity is held out to choose") {
  const Scene scene(false);
  SplitView view = scene.view();
  view.held_out = [](const Method&) -> std::vector<Index> { throw Error("nothing is chosen"); };
  Method fusion;
  fusion.fused = {"lomo-xqda", "lomo-null"}, fusion.equal_weights = true;
  CHECK(definition(fusion) != definition([&] {
          Method chosen = fusion;
          chosen.equal_weights = false;
          return chosen;
        }()));
  const Protocol protocol = scene.protocol();
  const auto gallery = static_cast<Index>(protocol.gallery.size());
  const auto distances = [&](const Method& method) {
    const auto searcher = learn(method, view, scene.training);
    searcher->enter(protocol.gallery);
    return searcher->distances(protocol.query);
  };
  std::vector<Real> one = distances(find_method("lomo-xqda"));
  std::vector<Real> two = distances(find_method("lomo-null"));
  normalise_scores(one, gallery);
  normalise_scores(two, gallery);
  const std::vector<Real> both = distances(fusion);
  REQUIRE(both.size() == one.size());
  for (std::size_t i = 0; i < both.size(); ++i)
    CHECK(both[i] == doctest::Approx((one[i] + two[i]) / 2).epsilon(1e-5));
}
