#include "reid/report/scores.h"

#include <doctest/doctest.h>

#include "engine/error.h"

using namespace triptych;

namespace {

RankingResult ranking(double at_1, double at_2, double map) {
  RankingResult result;
  result.cmc = {at_1, at_2};
  result.map = map, result.minp = map / 2;
  return result;
}

}  // namespace

TEST_CASE("the scores of a ranking are read off its curve, and its end stands for later ranks") {
  const Scores scores = scores_of(ranking(40, 70, 50));
  CHECK(scores.cmc == std::array<double, 5>{40, 70, 70, 70, 70});
  CHECK(scores.map == 50);
  CHECK(scores.minp == 25);
  CHECK(scores.curve == std::vector<double>{40, 70});
}

TEST_CASE("draws of one protocol are averaged, each direction by itself") {
  const Evaluation draws[] = {{ranking(10, 20, 30), ranking(1, 2, 3)},
                              {ranking(20, 40, 50), ranking(3, 6, 9)}};
  const Directions mean = mean_of_draws(draws);
  CHECK(mean.forward.cmc[0] == 15);
  CHECK(mean.forward.cmc[1] == 30);
  CHECK(mean.forward.map == 40);
  REQUIRE(mean.reverse);
  CHECK(mean.reverse->cmc[0] == 2);
  CHECK(mean.reverse->minp == 3);
}

TEST_CASE("a protocol without a second direction has no reverse scores, and no draws are an error") {
  const Evaluation one[] = {{ranking(10, 20, 30), std::nullopt}};
  CHECK(!mean_of_draws(one).reverse);
  CHECK_THROWS_AS(mean_of_draws({}), Error);
}

TEST_CASE("splits have a mean and the deviation with n - 1") {
  Scores a, b;
  a.cmc[0] = 40, b.cmc[0] = 44;
  a.map = 10, b.map = 10;
  const Scores both[] = {a, b};
  const ScoresOverSplits summary = over_splits(both);
  CHECK(summary.mean.cmc[0] == 42);
  CHECK(summary.deviation.cmc[0] == doctest::Approx(2.8284271247));
  CHECK(summary.deviation.map == 0);
  CHECK(summary.mean.curve.empty());

  Scores small = a, large = b;
  small.curve = {40, 60}, large.curve = {44, 70, 100};  // galleries of two and three
  const Scores sizes[] = {small, large};
  CHECK(over_splits(sizes).mean.curve == std::vector<double>{42, 65});
  CHECK(over_splits(sizes).deviation.curve[1] == doctest::Approx(7.0710678));
}
