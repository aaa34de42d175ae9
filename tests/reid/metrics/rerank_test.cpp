#include "reid/metrics/rerank.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/error.h"

using namespace triptych;

namespace {
std::vector<Real> between(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<Real> d;
  for (const double x : a)
    for (const double y : b) d.push_back(static_cast<Real>((x - y) * (x - y)));
  return d;
}
}  // namespace

TEST_CASE("lambda 1 is the original order, divided by each query's maximum") {
  const std::vector<double> q = {0, 5}, g = {1, 4, 7};
  const auto d = rerank(between(q, g), between(q, q), between(g, g), 2, 3, {.lambda = 1});
  const std::vector<Real> expected = {Real(1.0 / 49),  Real(16.0 / 49), 1,
                                      Real(16.0 / 25), Real(1.0 / 25),  Real(4.0 / 25)};
  for (std::size_t i = 0; i < d.size(); ++i) CHECK(d[i] == doctest::Approx(expected[i]));
}

TEST_CASE("a match that shares its neighbours overtakes a stranger who is a little nearer") {
  // On a line: the query at 0; a stranger at -1 whose own neighbours are at -1.1 and -1.2 (a crowd of its
  // own), and the right person at 1.05 with a second image between, at 0.5.
  const std::vector<double> q = {0}, g = {-1, 1.05, 0.5, -1.1, -1.2};
  const auto d = rerank(between(q, g), between(q, q), between(g, g), 1, 5, {.k1 = 2, .k2 = 1, .lambda = 0.3});
  CHECK(d[1] < d[0]);
  CHECK(d[2] < d[1]);
}

TEST_CASE("the Jaccard distance of one set to itself is 0, of strangers 1") {
  const std::vector<double> q = {0}, g = {0, 100, 100};
  const auto d = rerank(between(q, g), between(q, q), between(g, g), 1, 3, {.k1 = 1, .k2 = 1, .lambda = 0});
  CHECK(d[0] == doctest::Approx(0).epsilon(1e-6));
  CHECK(d[1] == doctest::Approx(1));
}

TEST_CASE("matrices that do not fit are an error") {
  CHECK_THROWS_WITH_AS(rerank(std::vector<Real>(4), std::vector<Real>(4), std::vector<Real>(4), 1, 3, {}),
                       doctest::Contains("re-ranking takes distances"), Error);
}
