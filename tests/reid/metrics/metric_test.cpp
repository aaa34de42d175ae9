#include "reid/metrics/metric.h"

#include <doctest/doctest.h>

#include <limits>

#include "engine/error.h"
#include "reid/evaluation/ranking.h"
#include "tests/reid/metrics/helpers.h"

using namespace triptych;

namespace {
// Features that no metric refuses: not negative.
FeatureRows identities(Index count, Index size, std::uint64_t seed) {
  FeatureRows rows = make_identities(
      {.identities = count, .size = size, .signal = size * 2 / 3, .nuisance = 1.2, .seed = seed});
  for (Real& v : rows.rows) v = std::max(Real(0), v + 2);
  return rows;
}
MetricOptions options_for(const std::string& name) {
  MetricOptions options;
  options.steps = name == "lmnn" ? 40 : 0;
  options.pca = name == "null-space" ? 0 : 12;
  if (name == "eiml") options.whiten = true, options.dimensions = 8;
  options.regularisation = name == "kissme" ? 0.05 : -1;
  if (name.find("kpls") != std::string::npos) options.dimensions = 15;
  return options;
}
double rank1(const Metric& metric, const FeatureRows& rows) {
  const FeatureRows queries = gather(rows.view(), rows.identity, images_of(rows, 1));
  const FeatureRows gallery = gather(rows.view(), rows.identity, images_of(rows, 0));
  return rank_queries(distances(test_device(), metric, queries.view(), gallery.view()),
                      {queries.identity, queries.camera}, {gallery.identity, gallery.camera})
      .at_rank(1);
}
std::unique_ptr<Metric> fitted(const std::string& name, const FeatureRows& rows, const FeatureRows& test) {
  auto metric = make_metric(name, test_device(), options_for(name));
  metric->fit(rows.training());
  if (metric->transductive()) metric->adapt(gather(test.view(), {}, images_of(test, 0)).view());
  return metric;
}
}  // namespace

TEST_CASE("every metric finds people it has never seen far above chance, twice the same") {
  const FeatureRows rows = identities(30, 70, 1), test = identities(20, 70, 2);  // 60 images of 70 features
  for (const MetricEntry& entry : metrics()) {
    CAPTURE(entry.name);
    const auto metric = fitted(entry.name, rows, test);
    CHECK(metric->dimensions() > 0);
    CHECK(metric->represent(test.view()).size == metric->dimensions());
    CHECK(rank1(*metric, test) >= 15);  // chance: 5
    CHECK(fitted(entry.name, rows, test)->represent(test.view()).rows == metric->represent(test.view()).rows);
    CHECK(!entry.sentence.empty());
  }
}

TEST_CASE("NaN, one person, and images that are all the same are errors for every metric that learns") {
  for (const MetricEntry& entry : metrics()) {
    if (entry.name == "l2" || entry.name == "cosine" || entry.name == "kpls") continue;
    CAPTURE(entry.name);
    const auto metric = make_metric(entry.name, test_device(), options_for(entry.name));
    FeatureRows rows = identities(6, 20, 1);
    rows.rows[25] = std::numeric_limits<Real>::quiet_NaN();
    CHECK_THROWS_WITH_AS(metric->fit(rows.training()),
                         doctest::Contains("training image 1 has a feature (number 5)"), Error);
    std::fill(rows.rows.begin(), rows.rows.end(), Real(1));
    CHECK_THROWS_AS(metric->fit(rows.training()), Error);
    rows = identities(6, 20, 1);
    std::fill(rows.identity.begin(), rows.identity.end(), 3);
    CHECK_THROWS_WITH_AS(metric->fit(rows.training()), doctest::Contains("two people"), Error);
    CHECK_THROWS_AS(metric->represent(rows.view()), Error);
  }
}

TEST_CASE("distances are signed sums of squares, in blocks of any size the same bits") {
  const Representation q{3, 2, 1, {1, 2, 3, 4, 0, 1}}, g{2, 2, 1, {0, 0, 2, 2}};
  const std::vector<Real> d = distances(test_device(), q, g);
  CHECK(d == std::vector<Real>{1 - 4, 1 - 0, 9 - 16, 1 - 4, 0 - 1, 4 - 1});
  for (const Index block : {1, 2, 3, 7}) {
    std::vector<Real> joined;
    distances_in_blocks(test_device(), q, g, block, [&](Index first, std::span<const Real> rows) {
      CHECK(first * 2 == static_cast<Index>(joined.size()));
      joined.insert(joined.end(), rows.begin(), rows.end());
    });
    CHECK(joined == d);
  }
}

TEST_CASE("cosine is blind to length, L2 is not") {
  FeatureRows rows{{1, 2, 2, 4, 2, 1}, 2, {0, 0, 1}, {0, 1, 2}, nullptr, {}};
  const auto cosine = make_metric("cosine", test_device(), {}), l2 = make_metric("l2", test_device(), {});
  const FeatureRows query = gather(rows.view(), {}, std::vector<Index>{0});
  CHECK(distances(test_device(), *cosine, query.view(), rows.view())[1] == doctest::Approx(0).epsilon(1e-5));
  CHECK(distances(test_device(), *cosine, query.view(), rows.view())[2] ==
        doctest::Approx(2 - 2 * 0.8).epsilon(1e-5));
  CHECK(distances(test_device(), *l2, query.view(), rows.view())[1] == doctest::Approx(5));
}

TEST_CASE(
    "an unknown metric lists those that there are; only a transductive one adapts; cameras count for KPLS") {
  CHECK_THROWS_WITH_AS(make_metric("euclid", test_device(), {}), doctest::Contains("kpls-mode-a"), Error);
  const FeatureRows rows = identities(6, 8, 1);
  CHECK_THROWS_WITH_AS(make_metric("l2", test_device(), {})->adapt(rows.view()),
                       doctest::Contains("transductive"), Error);
  FeatureRows three = rows;
  three.camera[0] = 2;
  CHECK_THROWS_WITH_AS(make_metric("kpls-mode-a", test_device(), {})->fit(three.training()),
                       doctest::Contains("two cameras"), Error);
}
