#include "reid/evaluation/open_set.h"

#include <doctest/doctest.h>

#include "tests/drawing/helpers.h"

using namespace triptych;
using triptych::testing::complaint;
using triptych::testing::contains;

namespace {

// Ten searches: impostors at 1, 2, ... 10; right images nearer than them by 0.5 for the odd ones.
std::vector<OpenSearch> ten() {
  std::vector<OpenSearch> searches;
  for (int i = 1; i <= 10; ++i) searches.push_back({i % 2 ? i - 0.5 : i + 0.5, double(i)});
  return searches;
}

}  // namespace

TEST_CASE("open set: the nearest right image, and the nearest of anybody else, by hand") {
  // On a line. Person 1 by camera 0 stands at 0; queries at 0.1 (person 1, camera 1) and 3 (person 2).
  const std::vector<Real> gallery = {0, Real(0.3), 2, 5, Real(0.1)};
  const Who shows = {{1, 2, 2, -1, 1}, {0, 0, 0, 0, 1}};
  const std::vector<Real> queries = {Real(0.1), 3, 9};
  const Who asks = {{1, 2, 7}, {1, 1, 1}};
  const auto searches = open_searches(Device::open("cpu"), queries, asks, gallery, shows, 1);
  REQUIRE(searches.size() == 2);  // nobody in the gallery is person 7
  // The image at 0.1 is person 1's by the query's own camera: neither right nor an impostor.
  CHECK(searches[0].genuine == doctest::Approx(0.01).epsilon(1e-5));
  CHECK(searches[0].impostor == doctest::Approx(0.04).epsilon(1e-5));
  CHECK(searches[1].genuine == doctest::Approx(1).epsilon(1e-5));
  CHECK(searches[1].impostor == doctest::Approx(4).epsilon(1e-5));  // the distractor at 5
}

TEST_CASE("open set: a threshold lets through the share of searches that it may, and no more") {
  const auto searches = ten();
  for (const double far : {0.0, 0.1, 0.25, 0.3, 0.9}) {
    CAPTURE(far);
    const double threshold = threshold_at(searches, far);
    CHECK(rates_at(searches, threshold).far <= 100 * far);
    CHECK(rates_at(searches, std::nextafter(threshold, 100)).far > 100 * far);  // the largest such one
  }
  CHECK(threshold_at(searches, 0.2) == std::nextafter(3.0, 0.0));
  CHECK(threshold_at(searches, 0) == std::nextafter(1.0, 0.0));
}

TEST_CASE("open set: TPIR and FAR by hand") {
  const auto searches = ten();
  const OpenRates at = rates_at(searches, 4.4);
  CHECK(at.tpir == doctest::Approx(20));  // 0.5 and 2.5; 2.5 of the second search is no first rank
  CHECK(at.far == doctest::Approx(40));   // 1, 2, 3, 4
  CHECK(rates_at(searches, 0).tpir == 0);
  CHECK(rates_at(searches, 100).tpir == doctest::Approx(50));  // that is rank 1
  CHECK(rates_at(searches, 4.5).tpir == doctest::Approx(30));  // a distance equal to the threshold is within
  CHECK(rates_at(searches, 5).far == doctest::Approx(50));
  // A tie between the right image and another one is no success.
  const std::vector<OpenSearch> tie = {{1, 1}};
  CHECK(rates_at(tie, 2).tpir == 0);
}

TEST_CASE("open set: thresholds as JSON and back") {
  OpenThresholds chosen = choose_thresholds(ten(), 77, "training people");
  chosen.model = "abc";
  CHECK(chosen.searches == 10);
  REQUIRE(chosen.at.size() == 2);
  CHECK(chosen.at[0].far == 0.01);
  const OpenThresholds read = thresholds_from_json(to_json(chosen), "t.json");
  CHECK(read.model == "abc");
  CHECK(read.people == "training people");
  CHECK(read.gallery == 77);
  CHECK(read.at[1].threshold == chosen.at[1].threshold);
  CHECK(contains(complaint([] { thresholds_from_json("{}", "t.json"); }), "t.json"));
  CHECK(contains(complaint([] { thresholds_from_json("[", "t.json"); }), "t.json"));
}

TEST_CASE("open set: training people are searched for as the tested ones are") {
  Dataset set;
  set.identities = 3, set.cameras = 2;
  for (const auto& [identity, camera] : {std::pair{0, 0}, {0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 0}, {2, 1}})
    set.samples.push_back({identity, camera, {}, Part::any});
  const std::vector<Index> people = {0, 1};
  const Protocol camera = training_protocol(set, people, "camera", 0);
  CHECK(camera.query == std::vector<Index>{2, 4});
  CHECK(camera.gallery == std::vector<Index>{0, 1, 3});
  const Protocol first = training_protocol(set, people, "fixed", 0);
  CHECK(first.query == std::vector<Index>{0, 2, 3, 4});
  CHECK(first.gallery == std::vector<Index>{1});
}
