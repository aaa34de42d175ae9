#include "reid/table/description.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "datasets/dataset.h"
#include "datasets/image_source.h"
#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("a description outlives the next one: a joined row holds several at once") {
  const ImageSource set = open_images(open_dataset("synthetic:2"), {128, 48});
  TemporaryFolder cache;
  FeatureStore store(set, cache.str(), 1, [](const std::string&) {});
  const Description first = store.describe({"scncd"}, false);
  const std::vector<Real> before = *first.rows;
  const Description second = store.describe({"hist-lbp", "scncd"}, true);
  CHECK(first.rows != second.rows);
  CHECK(*first.rows == before);
  CHECK(static_cast<Index>(before.size()) == set.count() * first.size);
  CHECK(second.size > first.size);
  CHECK(second.chi2 != nullptr);
  // The last one is kept: whoever wants the same does not wait.
  CHECK(store.describe({"hist-lbp", "scncd"}, false).rows == second.rows);
}

TEST_CASE(
    "an embedding beside features is one more histogram: positive numbers, then negative ones, of length 1") {
  const ImageSource set = open_images(open_dataset("synthetic:2"), {128, 48});
  TemporaryFolder cache;
  FeatureStore store(set, cache.str(), 1, [](const std::string&) {});
  std::vector<Real> embedding;
  for (Index i = 0; i < set.count(); ++i) embedding.insert(embedding.end(), {Real(3 + i), Real(-4)});
  const Description alone = store.describe({"scncd"}, true), both = store.describe({"scncd"}, embedding, 2);
  REQUIRE(both.size == alone.size + 4);
  CHECK(both.blocks.size() == alone.blocks.size() + 1);
  CHECK(both.blocks.back().first == alone.size);
  const std::vector<Real>& rows = *both.rows;
  CHECK(std::equal(alone.rows->begin(), alone.rows->begin() + alone.size, rows.begin()));
  const std::vector<Real> first(rows.begin() + alone.size, rows.begin() + both.size);
  CHECK(first[0] == doctest::Approx(0.6));
  CHECK(first[1] == 0);
  CHECK(first[2] == 0);
  CHECK(first[3] == doctest::Approx(0.8));
  // The table is that of the rows.
  const std::vector<std::int32_t> camera(static_cast<std::size_t>(set.count()), 0);
  const PairTable whole({rows, both.size, camera}, 1);
  for (Index i = 0; i < set.count(); ++i)
    for (Index j = 0; j < set.count(); ++j)
      CHECK(both.chi2->chi2(i, j) == doctest::Approx(whole.chi2(i, j)).epsilon(1e-5));
  CHECK(both.chi2->chi2(0, 1) > alone.chi2->chi2(0, 1));
}
