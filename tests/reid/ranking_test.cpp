#include "reid/evaluation/ranking.h"

#include <doctest/doctest.h>

#include <limits>

#include "engine/device.h"
#include "engine/error.h"

using namespace triptych;

namespace {
Who from_camera(std::vector<std::int32_t> person, std::int32_t camera) {
  return {person, std::vector<std::int32_t>(person.size(), camera)};
}
}  // namespace

TEST_CASE("CMC, mAP and mINP of three queries counted by hand") {
  // Query 0 finds itself first, query 1 second, query 2 third.
  const std::vector<Real> distances = {Real(0.1), Real(0.5), Real(0.9),  //
                                       Real(0.2), Real(0.3), Real(0.9),  //
                                       Real(0.1), Real(0.2), Real(0.7)};
  const RankingResult r = rank_queries(distances, from_camera({0, 1, 2}, 1), from_camera({0, 1, 2}, 0));
  CHECK(r.first_rank == std::vector<std::int32_t>{1, 2, 3});
  CHECK(r.cmc[0] == doctest::Approx(100.0 / 3));
  CHECK(r.cmc[1] == doctest::Approx(200.0 / 3));
  CHECK(r.cmc[2] == doctest::Approx(100.0));
  CHECK(r.map == doctest::Approx(100 * (1.0 + 1.0 / 2 + 1.0 / 3) / 3));
  CHECK(r.minp ==
        doctest::Approx(r.map));  // with one right match each, precision and inverse rank are the same
  CHECK(r.at_rank(30) == doctest::Approx(100.0));
  CHECK(r.queries == 3);
  CHECK(r.gallery == 3);
  CHECK(r.gallery_people == 3);
}

TEST_CASE("several right matches: average precision and the hardest one") {
  // Gallery by distance: right, wrong, right, wrong -> precision 1/1 and 2/3; the last right one has rank 3.
  const std::vector<Real> distances = {Real(0.1), Real(0.2), Real(0.3), Real(0.4)};
  const RankingResult r = rank_queries(distances, from_camera({7}, 1), from_camera({7, 3, 7, 4}, 0));
  CHECK(r.map == doctest::Approx(100 * (1.0 + 2.0 / 3) / 2));
  CHECK(r.minp == doctest::Approx(100 * 2.0 / 3));
  CHECK(r.gallery_people == 3);
}

TEST_CASE("the query's own person under the query's own camera does not count") {
  const std::vector<Real> distances = {Real(0.1), Real(0.5), Real(0.2)};
  const Who gallery = {{5, 5, 6}, {1, 0, 0}};
  const RankingResult r = rank_queries(distances, from_camera({5}, 1), gallery);
  CHECK(r.first_rank[0] == 2);  // behind person 6, not behind their own other picture
}

TEST_CASE("distractors are in the way but nobody's match") {
  const std::vector<Real> distances = {Real(0.2), Real(0.1)};
  const RankingResult r = rank_queries(distances, from_camera({0}, 1), from_camera({0, -1}, 0));
  CHECK(r.first_rank[0] == 2);
  CHECK(r.gallery == 2);
  CHECK(r.gallery_people == 1);
}

TEST_CASE("a tie counts against the query: embeddings that are all the same find nobody") {
  const std::vector<Real> distances(16, 0);
  const RankingResult r = rank_queries(distances, from_camera({0, 1, 2, 3}, 1), from_camera({0, 1, 2, 3}, 0));
  CHECK(r.at_rank(1) == 0);
  CHECK(r.first_rank == std::vector<std::int32_t>{4, 4, 4, 4});
}

TEST_CASE("a query without a right match is left out; none at all is an error") {
  const std::vector<Real> distances = {Real(0.1), Real(0.2)};
  const RankingResult r = rank_queries(distances, from_camera({0, 9}, 1), from_camera({0}, 0));
  CHECK(r.queries == 1);
  CHECK(r.first_rank == std::vector<std::int32_t>{1, 0});
  CHECK_THROWS_WITH_AS(rank_queries(distances, from_camera({8, 9}, 1), from_camera({0}, 0)),
                       doctest::Contains("no person was seen by both cameras"), Error);
}

TEST_CASE("a NaN distance is an error, not a rank") {
  const std::vector<Real> distances = {std::numeric_limits<Real>::quiet_NaN()};
  CHECK_THROWS_WITH_AS(rank_queries(distances, from_camera({0}, 1), from_camera({0}, 0)),
                       doctest::Contains("NaN"), Error);
}

TEST_CASE("mean and deviation over splits, n - 1 in the denominator") {
  const MeanDeviation three = mean_deviation(std::vector<double>{1, 2, 6});
  CHECK(three.mean == doctest::Approx(3));
  CHECK(three.deviation == doctest::Approx(std::sqrt((4.0 + 1 + 9) / 2)));
  CHECK(mean_deviation(std::vector<double>{4}).deviation == 0);
}

TEST_CASE("squared distances come out as a matrix of queries by gallery") {
  Device& device = Device::open("reference");
  const std::vector<Real> queries = {0, 0, 3, 4}, gallery = {0, 0, 3, 0, 0, 4};
  CHECK(distance_matrix(device, queries, gallery, 2) == std::vector<Real>{0, 9, 16, 25, 16, 9});
}

TEST_CASE("queries that come in blocks rank as they do all at once") {
  const std::vector<Real> distances = {Real(0.1), Real(0.5), Real(0.9), Real(0.2), Real(0.3),
                                       Real(0.9), Real(0.1), Real(0.2), Real(0.7)};
  const Who queries = from_camera({0, 1, 2}, 1), gallery = from_camera({0, 1, 2}, 0);
  const RankingResult whole = rank_queries(distances, queries, gallery);
  Ranking ranking(gallery);
  CHECK_THROWS_AS(ranking.result(), Error);  // nobody has asked yet
  ranking.add(std::span(distances).first(6), from_camera({0, 1}, 1));
  ranking.add(std::span(distances).last(3), from_camera({2}, 1));
  const RankingResult blocks = ranking.result();
  CHECK(blocks.first_rank == whole.first_rank);
  CHECK(blocks.cmc == whole.cmc);
  CHECK(blocks.map == whole.map);
  CHECK(blocks.minp == whole.minp);
}
