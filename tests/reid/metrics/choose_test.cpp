#include "reid/metrics/choose.h"

#include <doctest/doctest.h>

#include <set>

#include "engine/error.h"
#include "tests/reid/metrics/helpers.h"

using namespace triptych;

TEST_CASE("folds: everybody is held out once, and nobody is learned from while held out") {
  const FeatureRows rows = make_identities({.identities = 11, .size = 3});
  const auto folds = deal_folds(rows.training(), {.folds = 3, .seed = 5});
  REQUIRE(folds.size() == 3);
  std::multiset<std::int32_t> held_out;
  for (const Fold& fold : folds) {
    std::set<std::int32_t> learn;
    for (const Index i : fold.learn) learn.insert(rows.identity[static_cast<std::size_t>(i)]);
    for (const Index i : fold.queries) {
      held_out.insert(rows.identity[static_cast<std::size_t>(i)]);
      CHECK(!learn.contains(rows.identity[static_cast<std::size_t>(i)]));
      CHECK(rows.camera[static_cast<std::size_t>(i)] == 1);
    }
    for (const Index i : fold.gallery) CHECK(!learn.contains(rows.identity[static_cast<std::size_t>(i)]));
    CHECK(fold.queries.size() == fold.gallery.size());
  }
  CHECK(held_out.size() == 11);
  CHECK(std::set<std::int32_t>(held_out.begin(), held_out.end()).size() == 11);
  CHECK(deal_folds(rows.training(), {.folds = 3, .seed = 5})[1].learn == folds[1].learn);
  CHECK(deal_folds(rows.training(), {.folds = 3, .seed = 6})[1].learn != folds[1].learn);
  CHECK_THROWS_WITH_AS(deal_folds(rows.training(), {.folds = 6}), doctest::Contains("cannot be dealt"),
                       Error);
}

TEST_CASE("the best candidate wins, and of equals the first") {
  const FeatureRows rows = make_identities({.identities = 12, .size = 3});
  std::size_t calls = 0;
  const auto scores = [&](std::size_t candidate, const TrainingView& learn, const FeatureView& queries,
                          const FeatureView& gallery) {
    ++calls;
    CHECK(learn.identity.size() == learn.features.camera.size());
    // Candidates 1 and 3 know who is who: queries and gallery are in the same order.
    std::vector<Real> d(static_cast<std::size_t>(queries.count() * gallery.count()), 1);
    if (candidate % 2 == 1)
      for (Index i = 0; i < queries.count(); ++i) d[static_cast<std::size_t>(i * gallery.count() + i)] = 0;
    return d;
  };
  const Choice choice = choose_on_training(rows.training(), 4, scores, {.folds = 3});
  CHECK(choice.candidate == 1);
  CHECK(choice.rank1 == std::vector<double>{0, 100, 0, 100});
  CHECK(calls == 12);
}

TEST_CASE("a PCA that cuts the signal off is not chosen") {
  const FeatureRows rows = make_identities({.identities = 60, .size = 8, .signal = 4, .nuisance = 5});
  // The four nuisance directions are the largest.
  const std::vector<MetricOptions> candidates = {{.pca = 2}, {.pca = 8}};
  const Choice choice = choose_on_training(test_device(), rows.training(), "xqda", candidates, {.folds = 3});
  CHECK(choice.candidate == 1);
  CHECK(choice.rank1[1] > choice.rank1[0] + 20);
}
