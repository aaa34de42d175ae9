#include "reid/evaluation/comparison.h"

#include <doctest/doctest.h>

#include "datasets/dataset.h"
#include "engine/error.h"

using namespace triptych;

namespace {

// Two splits of three identities with one right image each.
RankedRun run(const std::string& name, std::vector<std::int32_t> first, std::vector<std::int32_t> second) {
  RankedRun made{name, {}};
  for (const auto& ranks : {first, second}) {
    RankedSplit split{static_cast<int>(made.splits.size()) + 1, 6, 3, 3, {}, 0};
    for (std::size_t q = 0; q < ranks.size(); ++q)
      split.queries.push_back({"cam_b/" + std::to_string(q), std::to_string(q), {ranks[q]}});
    made.splits.push_back(split);
  }
  return made;
}

}  // namespace

TEST_CASE("comparison: gains, errors and discordant queries by hand") {
  // Rank 1: split 1 has 3 against 1 of 3, split 2 has 1 against 1 of 3.
  const Comparison c = compare_runs(run("a", {1, 1, 1}, {1, 2, 2}), run("b", {1, 2, 2}, {2, 1, 2}));
  CHECK(c.rank1.mean == doctest::Approx(100.0 / 3));
  CHECK(c.rank1.splits == 2);
  // d = {200/3, 0}: s^2 = (200/3)^2 / 2; n_test / n_train = 3 / 6.
  CHECK(c.rank1.standard_error == doctest::Approx(200.0 / 3 * std::sqrt(0.5 * (0.5 + 0.5))));
  CHECK(c.map.mean == doctest::Approx(50.0 / 3));  // AP = 1 / rank: (1 + 0) / 3 and 0, in halves
  CHECK(c.queries == 6);
  CHECK(c.identities == 3);
  CHECK(c.only_ours == 3);
  CHECK(c.only_theirs == 1);
  // Identity 0: +1, identity 1: +1 - 1 = 0, identity 2: +1. |+-1 +-1| >= 2 for half of the assignments.
  CHECK(c.rank1_p == doctest::Approx(0.5).epsilon(0.05));
}

TEST_CASE("comparison: average precision of several right images") {
  CHECK(QueryRanks{"", "", {1, 4}}.average_precision() == doctest::Approx((1.0 + 2.0 / 4) / 2));
  CHECK(QueryRanks{"", "", {}}.average_precision() == 0);
  CHECK_FALSE(QueryRanks{"", "", {}}.found());
}

TEST_CASE("comparison: only what was tested alike is compared") {
  const RankedRun a = run("a", {1, 1, 1}, {1, 2, 2});
  RankedRun b = a;
  b.name = "b";
  b.splits[1].queries[2].image = "cam_b/9";
  CHECK_THROWS_WITH_AS(compare_runs(a, b),
                       doctest::Contains("a and b cannot be compared: query 3 of split 2 is cam_b/2"), Error);
  b = a, b.splits[0].gallery = 4;
  CHECK_THROWS_WITH_AS(compare_runs(a, b), doctest::Contains("in split 1 the first has 3 gallery images"),
                       Error);
  b = a, b.splits[0].training_identities = 5;
  CHECK_THROWS_WITH_AS(compare_runs(a, b), doctest::Contains("6 training identities and the second 5"),
                       Error);
  b = a, b.splits[0].queries.pop_back();
  CHECK_THROWS_WITH_AS(compare_runs(a, b), doctest::Contains("3 queries and the second 2"), Error);
  b = a, b.splits[0].split = 7, b.splits[1].split = 8;
  CHECK_THROWS_WITH_AS(compare_runs(a, b), doctest::Contains("no split in common"), Error);
  b = a, b.splits.pop_back();  // the common split alone
  CHECK(compare_runs(a, b).rank1.splits == 1);
}

TEST_CASE("comparison: a run without ranks has a gain at rank 1 and no more") {
  const RankedRun a = run("a", {1, 1, 1}, {1, 2, 2});
  RankedRun b = a;
  b.name = "b";
  for (RankedSplit& split : b.splits) split.queries.clear(), split.rank1 = 20;
  const Comparison c = compare_runs(a, b);
  CHECK(c.rank1.mean == doctest::Approx((80 + 100.0 / 3 - 20) / 2));
  CHECK(c.rank1.standard_error > 0);
  CHECK(c.queries == 0);
  b.splits[0].training_identities = 0;
  CHECK_THROWS_WITH_AS(compare_runs(b, a), doctest::Contains("b does not say how many identities"), Error);
}

TEST_CASE("comparison: ranked_split names images, identities and every right rank") {
  const Dataset dataset = open_dataset("synthetic:4");
  const std::vector<Protocol> protocols = {camera_protocol(dataset, std::vector<Index>{1, 3}, 0, 1)};
  Evaluation evaluation;
  evaluation.result.right_ranks = {{2}, {1}};
  evaluation.result.gallery = 5, evaluation.result.gallery_identities = 2;
  const RankedSplit split = ranked_split(3, 2, dataset, protocols, std::vector{evaluation});
  REQUIRE(split.queries.size() == 2);
  CHECK(split.split == 3);
  CHECK(split.training_identities == 2);
  CHECK(split.gallery == 5);
  CHECK(split.queries[0].image == "camera 2 image 2");
  CHECK(split.queries[0].identity == "0002");
  CHECK(split.queries[1].identity == "0004");
  CHECK(split.queries[1].ranks == std::vector<std::int32_t>{1});
  CHECK(split.rank1_of() == 50);
}
