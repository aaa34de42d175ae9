#include "reid/table/description.h"

#include <doctest/doctest.h>

#include "datasets/dataset.h"
#include "datasets/picture_set.h"
#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("a description outlives the next one: a joined row holds several at once") {
  const PictureSet set = load_pictures(open_dataset("synthetic:2"), 128, 48, 1, 1);
  std::vector<Picture> pictures;
  for (Index i = 0; i < set.count; ++i) pictures.push_back(set.copy(i));
  TemporaryFolder cache;
  FeatureStore store(pictures, cache.str(), 1, [](const std::string&) {});
  const Description first = store.describe({"scncd"}, false);
  const std::vector<Real> before = *first.rows;
  const Description second = store.describe({"hist-lbp", "scncd"}, true);
  CHECK(first.rows != second.rows);
  CHECK(*first.rows == before);
  CHECK(static_cast<Index>(before.size()) == set.count * first.size);
  CHECK(second.size > first.size);
  CHECK(second.chi2 != nullptr);
  // The last one is kept: whoever wants the same does not wait.
  CHECK(store.describe({"hist-lbp", "scncd"}, false).rows == second.rows);
}
