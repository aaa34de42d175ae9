#include "reid/metrics/chi2.h"

#include <doctest/doctest.h>

#include "engine/error.h"
#include "tests/reid/metrics/helpers.h"

using namespace triptych;

TEST_CASE("chi2 by hand: (1, 0, 3) against (3, 0, 1) is 4/4 + 0 + 4/4") {
  FeatureRows rows{{1, 0, 3, 3, 0, 1}, 3, {0, 1}, {}, nullptr, {}};
  const std::vector<Real> d = chi2_distances(rows.view(), rows.view(), 1);
  CHECK(d == std::vector<Real>{0, 2, 2, 0});
  rows.rows[1] = -1;
  CHECK_THROWS_WITH_AS(chi2_distances(rows.view(), rows.view(), 1), doctest::Contains("not negative"), Error);
}

TEST_CASE(
    "chi2 at all lengths around a lane and a block, any number of threads the same bits; a table has the "
    "same numbers") {
  for (const Index size : {1, 15, 16, 17, 1023, 1025, 2600}) {
    FeatureRows rows = make_identities({.identities = 3, .size = size});
    for (Real& v : rows.rows) v = v < 0 ? 0 : v;
    const std::vector<Real> d = chi2_distances(rows.view(), rows.view(), 1);
    CHECK(d == chi2_distances(rows.view(), rows.view(), 2));
    double sum = 0;
    for (Index k = 0; k < size; ++k) {
      const double x = rows.view().row(1)[static_cast<std::size_t>(k)],
                   y = rows.view().row(4)[static_cast<std::size_t>(k)];
      if (x + y > 0) sum += (x - y) * (x - y) / (x + y);
    }
    CHECK(d[1 * 6 + 4] == doctest::Approx(sum).epsilon(1e-5));

    const PairTable table(rows.view(), 1);
    FeatureView all = rows.view();
    all.table = &table;
    const FeatureRows some = gather(all, {}, std::vector<Index>{4, 1}),
                      again = gather(some.view(), {}, std::vector<Index>{1});
    CHECK(chi2_distances(some.view(), again.view(), 1) == std::vector<Real>{d[4 * 6 + 1], d[1 * 6 + 1]});
  }
}

TEST_CASE("tables of histograms side by side add up; of other images they do not") {
  const FeatureRows left{{1, 0, 3, 3, 0, 1}, 3, {0, 0}, {}, nullptr, {}},
      right{{2, 2, 0, 4}, 2, {0, 0}, {}, nullptr, {}};
  const PairTable both = PairTable(left.view(), 1).beside(PairTable(right.view(), 1));
  CHECK(both.chi2(0, 1) == doctest::Approx(2 + 2 + 4.0 / 6));  // (1, 0, 3 | 2, 2) against (3, 0, 1 | 0, 4)
  CHECK(both.chi2(1, 1) == 0);
  const FeatureRows one{{1, 2, 3}, 3, {0}, {}, nullptr, {}};
  CHECK_THROWS_AS(PairTable(left.view(), 1).beside(PairTable(one.view(), 1)), Error);
}
