#include "reid/evaluation/map_quality.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace triptych;

TEST_CASE("the area under the curve, by hand: shares of pairs in order, half for ties, others ignored") {
  // Kind 1: 0.9, 0.4, 0.4; kind 0: 0.4, 0.1. Pairs in order: 2 + 1.5 + 1.5 of 6.
  const ScoredPatches patches{{Real(0.9), Real(0.4), Real(0.4), Real(0.4), Real(0.1), Real(5)},
                              {1, 1, 1, 0, 0, -1}};
  CHECK(area_under_curve(patches) == doctest::Approx(5.0 / 6));
  CHECK(area_under_curve({{1, 2, 3}, {0, 0, 1}}) == doctest::Approx(1));
  CHECK(area_under_curve({{1, 2, 3}, {1, 0, 0}}) == doctest::Approx(0));
  CHECK(area_under_curve({{7, 7, 7}, {1, 0, 0}}) == doctest::Approx(0.5));
  CHECK(std::isnan(area_under_curve({{1, 2}, {1, 1}})));
}

TEST_CASE("a map of positions: the share of its row plus that of its column") {
  // Two images of 2 x 2 patches; of the second, one patch does not count.
  const std::vector<std::int8_t> kind = {1, 0, 0, 0, 1, 1, -1, 0};
  const std::vector<Real> expected = {Real(3.0 / 4 + 2.0 / 3), Real(3.0 / 4 + 1.0 / 4), Real(0 + 2.0 / 3),
                                      Real(0 + 1.0 / 4)};
  const std::vector<Real> found = position_only({2, 2}, kind);
  REQUIRE(found.size() == 8);
  for (std::size_t i = 0; i < 8; ++i) CHECK(found[i] == doctest::Approx(double(expected[i % 4])));
}
