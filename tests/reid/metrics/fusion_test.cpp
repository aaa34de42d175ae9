#include "reid/metrics/fusion.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "engine/error.h"
#include "engine/random.h"

using namespace triptych;

namespace {

// Forty people look for themselves. A system's distance is its noise, and for the right one less what the
// system knows.
HeldOutScores scene(std::initializer_list<double> knowledge, std::uint64_t seed = 5) {
  constexpr std::int32_t identities = 40;
  HeldOutScores scores;
  Random random(seed);
  for (std::int32_t p = 0; p < identities; ++p)
    scores.query_identity.push_back(p), scores.gallery_identity.push_back(p);
  for (const double known : knowledge) {
    std::vector<Real>& matrix = scores.matrices.emplace_back();
    for (std::int32_t q = 0; q < identities; ++q)
      for (std::int32_t g = 0; g < identities; ++g)
        matrix.push_back(static_cast<Real>(10 + random.normal() - (q == g ? known : 0)));
  }
  return scores;
}

std::vector<double> weights_of(const HeldOutScores& search) {
  return likeliest_weights({&search, 1});
}

// The mean log-likelihood as the header defines it, at weights that need not sum to 1.
double log_likelihood(const HeldOutScores& scores, const std::vector<double>& w) {
  const std::size_t n = scores.gallery_identity.size();
  const std::vector<Real> d = fuse_scores(scores.matrices, w, static_cast<Index>(n));
  double sum = 0;
  for (std::size_t q = 0; q < n; ++q) {
    double all = 0;
    for (std::size_t g = 0; g < n; ++g) all += std::exp(-static_cast<double>(d[q * n + g]));
    sum += -static_cast<double>(d[q * n + q]) - std::log(all);
  }
  return sum / static_cast<double>(n);
}

}  // namespace

TEST_CASE("fused scores: each query's distances are brought to one scale before they are weighted") {
  const std::vector<std::vector<Real>> matrices = {{1, 2, 3, 10, 20, 30}, {300, 200, 100, 5, 5, 5}};
  const std::vector<double> weights = {0.75, 0.25};
  const std::vector<Real> fused = fuse_scores(matrices, weights, 3);
  const double z = std::sqrt(1.5);  // of -1, 0, 1 with deviation sqrt(2/3)
  CHECK(static_cast<double>(fused[0]) == doctest::Approx(-0.75 * z + 0.25 * z));
  CHECK(static_cast<double>(fused[2]) == doctest::Approx(0.75 * z - 0.25 * z));
  CHECK(static_cast<double>(fused[3]) == doctest::Approx(-0.75 * z));  // a constant row says nothing
  CHECK_THROWS_AS(fuse_scores(matrices, std::vector<double>{1}, 3), Error);
}

TEST_CASE("likeliest weights: who knows more counts more, who knows nothing counts little") {
  const std::vector<double> w = weights_of(scene({3, 1.5, 0}));
  REQUIRE(w.size() == 3);
  CHECK(w[0] + w[1] + w[2] == doctest::Approx(1));
  CHECK(w[0] > w[1]);
  CHECK(w[1] > w[2]);
  CHECK(w[2] < 0.12);
  const std::vector<double> equal = weights_of(scene({2, 2}));
  CHECK(std::abs(equal[0] - 0.5) < 0.12);
}

TEST_CASE("likeliest weights are a maximum: no other ratio does better at any scale") {
  const HeldOutScores scores = scene({2, 1});
  const std::vector<double> w = weights_of(scores);
  const auto best_of = [&](double first) {
    double best = -1e9;
    for (double scale = 0.1; scale < 20; scale *= 1.02)
      best = std::max(best, log_likelihood(scores, {scale * first, scale * (1 - first)}));
    return best;
  };
  const double here = best_of(w[0]);
  for (double first = 0; first <= 1; first += 0.05)
    CHECK(best_of(first) <= here + 1e-3);  // the ridge's share
}

TEST_CASE(
    "likeliest weights: a system that is wrong gets nothing; two alike share; all found is no accident") {
  CHECK(weights_of(scene({2, -2}))[1] == 0);
  HeldOutScores twins = scene({2});
  twins.matrices.push_back(twins.matrices[0]);
  const std::vector<double> halves = weights_of(twins);
  CHECK(halves[0] + halves[1] == doctest::Approx(1));
  for (const double w : weights_of(scene({50, 50}))) CHECK(std::isfinite(w));
  HeldOutScores silent = scene({1, 1});
  for (auto& matrix : silent.matrices) std::ranges::fill(matrix, Real(3));
  CHECK(weights_of(silent) == std::vector<double>{0.5, 0.5});
  silent.matrices[0][5] = std::nanf("");
  CHECK_THROWS_AS(weights_of(silent), Error);
  CHECK_THROWS_AS(weights_of({}), Error);
  CHECK_THROWS_AS(likeliest_weights({}), Error);
}

TEST_CASE(
    "likeliest weights of several searches: a query counts alike in each; galleries may differ; systems may "
    "not") {
  const HeldOutScores first = scene({2, 1}, 5), second = scene({1, 2}, 6);
  const std::vector<double> a = weights_of(first), b = weights_of(second);
  const std::vector<double> both = likeliest_weights(std::vector{first, second});
  CHECK(both[0] < a[0]);
  CHECK(both[0] > b[0]);
  CHECK(likeliest_weights(std::vector{first, first})[0] == doctest::Approx(a[0]));

  HeldOutScores smaller = first;  // half of the queries, a third of the gallery
  const std::int32_t gallery = 14, queries = 20;
  smaller.query_identity.resize(queries), smaller.gallery_identity.resize(gallery);
  for (auto& matrix : smaller.matrices) {
    std::vector<Real> part;
    for (std::int32_t q = 0; q < queries; ++q)
      for (std::int32_t g = 0; g < gallery; ++g) part.push_back(matrix[static_cast<std::size_t>(q * 40 + g)]);
    matrix = part;
  }
  CHECK(std::isfinite(likeliest_weights(std::vector{first, smaller})[0]));
  smaller.matrices.pop_back();
  CHECK_THROWS_AS(likeliest_weights(std::vector{first, smaller}), Error);
}
