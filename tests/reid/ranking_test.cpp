#include "reid/evaluation/ranking.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "engine/device.h"
#include "engine/error.h"
#include "engine/random.h"

using namespace triptych;

namespace {
Who from_camera(std::vector<std::int32_t> identity, std::int32_t camera) {
  return {identity, std::vector<std::int32_t>(identity.size(), camera)};
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
  CHECK(r.gallery_identities == 3);
}

TEST_CASE("several right matches: average precision and the hardest one") {
  // Gallery by distance: right, wrong, right, wrong -> precision 1/1 and 2/3; the last right one has rank 3.
  const std::vector<Real> distances = {Real(0.1), Real(0.2), Real(0.3), Real(0.4)};
  const RankingResult r = rank_queries(distances, from_camera({7}, 1), from_camera({7, 3, 7, 4}, 0));
  CHECK(r.map == doctest::Approx(100 * (1.0 + 2.0 / 3) / 2));
  CHECK(r.minp == doctest::Approx(100 * 2.0 / 3));
  CHECK(r.gallery_identities == 3);
  CHECK(r.right_ranks == std::vector<std::vector<std::int32_t>>{{1, 3}});
}

TEST_CASE("mAP by trapezoids, as the Market-1501 script computes it") {
  // Right at 1 and 3: (1 + 1) / 2 and (1/2 + 2/3) / 2. Right at 2 alone: (0 + 1/2) / 2.
  const RankingResult r = result_of_ranks({{1, 3}, {2}, {}}, 4, 2);
  CHECK(r.map_trapezoid == doctest::Approx(100 * ((1 + (0.5 + 2.0 / 3) / 2) / 2 + 0.25) / 2));
  CHECK(result_of_ranks({{1, 2, 3}}, 3, 1).map_trapezoid == doctest::Approx(100));
}

TEST_CASE("the nearest images are kept if that is wanted: those that count, nearest first, ties in order") {
  const std::vector<Real> distances = {Real(0.3), Real(0.1), Real(0.2), Real(0.2), Real(0.5)};
  Ranking ranking({{4, 7, 8, 7, -1}, {0, 1, 0, 0, 0}}, 1, 3);  // the nearest is the query's own camera's
  ranking.add(distances, {{7}, {1}});
  const RankingResult result = ranking.result();
  REQUIRE(result.nearest.size() == 1);
  REQUIRE(result.nearest[0].size() == 3);
  CHECK(result.nearest[0][0].place == 2);
  CHECK(result.nearest[0][1].place == 3);
  CHECK(result.nearest[0][2].place == 0);
  CHECK(result.nearest[0][2].distance == Real(0.3));
  CHECK(rank_queries(distances, {{7}, {1}}, {{4, 7, 8, 7, -1}, {0, 1, 0, 0, 0}}).nearest.empty());
}

TEST_CASE("rows that are made block by block rank as those that are held do") {
  Device device = Device::open("cpu");
  constexpr Index size = 6'000'000, gallery_size = 7, queries_size = 5;  // two rows of 24 MB a block
  const auto number = [](Index i, Index k) {
    return Real((i * 37 + k * k) % 11);
  };  // 20 of a row, others are 0
  const auto rows = [&](Index begin) {
    return [&number, begin](Index first, Index count) {
      CHECK(count <= 2);
      std::vector<Real> values(static_cast<std::size_t>(count * size), Real(0));
      for (Index i = 0; i < count; ++i)
        for (Index k = 0; k < 20; ++k)
          values[static_cast<std::size_t>(i * size + k * 250'007)] = number(begin + first + i, k);
      return values;
    };
  };
  std::vector<std::int32_t> people = {0, 1, 2, 3, 4};
  const Who queries = from_camera(people, 1), gallery = from_camera({2, -1, 0, 4, 1, -1, 3}, 0);
  std::vector<Real> distances;
  for (Index q = 0; q < queries_size; ++q)
    for (Index g = 0; g < gallery_size; ++g) {
      double sum = 0;
      for (Index k = 0; k < 20; ++k)
        sum += std::pow(static_cast<double>(number(100 + q, k) - number(g, k)), 2);
      distances.push_back(static_cast<Real>(sum));
    }
  Index told = 0;
  const RankingResult blocks =
      rank_blocks(device, rows(100), queries, rows(0), gallery, size, [&](Index done, Index total) {
        CHECK(done > told);
        told = done;
        CHECK(total == queries_size * gallery_size);
      });
  CHECK(told == queries_size * gallery_size);
  CHECK(blocks.right_ranks == rank_queries(distances, queries, gallery).right_ranks);
}

TEST_CASE("the query's own person under the query's own camera does not count") {
  const std::vector<Real> distances = {Real(0.1), Real(0.5), Real(0.2)};
  const Who gallery = {{5, 5, 6}, {1, 0, 0}};
  const RankingResult r = rank_queries(distances, from_camera({5}, 1), gallery);
  CHECK(r.first_rank[0] == 2);  // behind person 6, not behind their own other image
}

TEST_CASE("distractors are in the way but nobody's match") {
  const std::vector<Real> distances = {Real(0.2), Real(0.1)};
  const RankingResult r = rank_queries(distances, from_camera({0}, 1), from_camera({0, -1}, 0));
  CHECK(r.first_rank[0] == 2);
  CHECK(r.gallery == 2);
  CHECK(r.gallery_identities == 1);
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

TEST_CASE("ranks by counting are those of sorting, with many images a person, for any number of threads") {
  Random random(7);
  Who gallery, queries;
  for (int g = 0; g < 5000; ++g) {  // more than one piece of a row
    gallery.identity.push_back(static_cast<std::int32_t>(random.integer(40)) - 1);
    gallery.camera.push_back(static_cast<std::int32_t>(random.integer(3)));
  }
  for (int q = 0; q < 9; ++q) queries.identity.push_back(q), queries.camera.push_back(q % 3);
  std::vector<Real> distances(queries.identity.size() * gallery.identity.size());
  for (Real& d : distances) d = static_cast<Real>(random.integer(3000));  // with ties

  double map = 0;
  std::vector<std::int32_t> first;
  for (std::size_t q = 0; q < queries.identity.size(); ++q) {
    std::vector<std::pair<Real, bool>> sorted;  // a wrong one before a right one at the same distance
    for (std::size_t g = 0; g < gallery.identity.size(); ++g) {
      const bool same = gallery.identity[g] == queries.identity[q];
      if (!same || gallery.camera[g] != queries.camera[q])
        sorted.emplace_back(distances[q * gallery.identity.size() + g], same);
    }
    std::ranges::sort(sorted);
    double precision = 0;
    int hits = 0;
    for (std::size_t at = 0; at < sorted.size(); ++at)
      if (sorted[at].second) {
        precision += ++hits / static_cast<double>(at + 1);
        if (hits == 1) first.push_back(static_cast<std::int32_t>(at) + 1);
      }
    map += 100 * precision / hits / static_cast<double>(queries.identity.size());
  }
  for (const int threads : {1, 2, 3}) {
    Ranking ranking(gallery, threads);
    ranking.add(distances, queries);
    const RankingResult result = ranking.result();
    CHECK(result.first_rank == first);
    CHECK(result.map == doctest::Approx(map).epsilon(1e-12));
    CHECK(result.gallery_identities == 39);
  }
}

TEST_CASE("mean and deviation over splits, n - 1 in the denominator") {
  const MeanDeviation three = mean_deviation(std::vector<double>{1, 2, 6});
  CHECK(three.mean == doctest::Approx(3));
  CHECK(three.deviation == doctest::Approx(std::sqrt((4.0 + 1 + 9) / 2)));
  CHECK(mean_deviation(std::vector<double>{4}).deviation == 0);
}

TEST_CASE("squared distances come out as a matrix of queries by gallery") {
  Device device = Device::open("reference");
  const std::vector<Real> queries = {0, 0, 3, 4}, gallery = {0, 0, 3, 0, 0, 4};
  CHECK(distance_matrix(device, queries, gallery, 2) == std::vector<Real>{0, 9, 16, 25, 16, 9});
}

TEST_CASE("queries that come in blocks rank as they do all at once") {
  const std::vector<Real> distances = {Real(0.1), Real(0.5), Real(0.9), Real(0.2), Real(0.3),
                                       Real(0.9), Real(0.1), Real(0.2), Real(0.7)};
  const Who queries = from_camera({0, 1, 2}, 1), gallery = from_camera({0, 1, 2}, 0);
  const RankingResult whole = rank_queries(distances, queries, gallery);
  Ranking ranking(gallery);
  CHECK_THROWS_AS(ranking.result(), Error);  // not asked for yet
  ranking.add(std::span(distances).first(6), from_camera({0, 1}, 1));
  ranking.add(std::span(distances).last(3), from_camera({2}, 1));
  const RankingResult blocks = ranking.result();
  CHECK(blocks.first_rank == whole.first_rank);
  CHECK(blocks.cmc == whole.cmc);
  CHECK(blocks.map == whole.map);
  CHECK(blocks.minp == whole.minp);
}

TEST_CASE("rows rank block by block as their whole distance matrix does") {
  Device device = Device::open("reference");
  constexpr Index size = 3, gallery_size = 3'000'000, queries_size = 5;  // at most 2 queries at a time
  Random random(3);
  std::vector<Real> query_rows(queries_size * size), gallery_rows(gallery_size * size);
  for (Real& x : query_rows) x = static_cast<Real>(random.uniform(0, 1));
  for (std::size_t i = 0; i < gallery_rows.size(); ++i) gallery_rows[i] = static_cast<Real>(i % 1009) / 1009;
  Who gallery = from_camera(std::vector<std::int32_t>(gallery_size, -1), 0),
      queries = from_camera({0, 1, 2, 3, 4}, 1);
  for (std::size_t identity = 0; identity < 5; ++identity)
    gallery.identity[identity * 600'000] = static_cast<std::int32_t>(identity);
  const RankingResult blocks = rank_rows(device, query_rows, queries, gallery_rows, gallery, size);
  const RankingResult whole =
      rank_queries(distance_matrix(device, query_rows, gallery_rows, size), queries, gallery);
  CHECK(blocks.first_rank == whole.first_rank);
  CHECK(blocks.map == whole.map);
}
