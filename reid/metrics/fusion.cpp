#include "reid/metrics/fusion.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/error.h"

namespace triptych {

void normalise_scores(std::span<Real> distances, Index gallery) {
  require(gallery > 0 && !distances.empty() && static_cast<Index>(distances.size()) % gallery == 0,
          "{} distances are not rows of {}", distances.size(), gallery);
  const double n = static_cast<double>(gallery);
  for (std::size_t first = 0; first < distances.size(); first += static_cast<std::size_t>(gallery)) {
    const std::span<Real> row = distances.subspan(first, static_cast<std::size_t>(gallery));
    double mean = 0, square = 0;
    for (const Real d : row) mean += d / n;
    for (const Real d : row) square += (d - mean) * (d - mean) / n;
    require(std::isfinite(square), "a distance of query {} is NaN or infinite",
            first / static_cast<std::size_t>(gallery));
    const double deviation = std::sqrt(square);
    for (Real& d : row) d = deviation > 0 ? static_cast<Real>((d - mean) / deviation) : Real(0);
  }
}

std::vector<Real> fuse_scores(std::span<const std::vector<Real>> matrices, std::span<const double> weights,
                              Index gallery) {
  require(!matrices.empty() && matrices.size() == weights.size(),
          "{} distance matrices cannot take {} weights", matrices.size(), weights.size());
  std::vector<Real> fused(matrices[0].size(), 0);
  for (std::size_t m = 0; m < matrices.size(); ++m) {
    require(matrices[m].size() == fused.size(), "distance matrices of {} and {} numbers cannot be fused",
            fused.size(), matrices[m].size());
    std::vector<Real> scores = matrices[m];
    normalise_scores(scores, gallery);
    for (std::size_t i = 0; i < fused.size(); ++i) fused[i] += static_cast<Real>(weights[m]) * scores[i];
  }
  return fused;
}

namespace {

constexpr double ridge = 1e-3;

// l(w), with its first and second derivative along w_m.
struct Likelihood {
  double value = 0, slope = 0, curvature = 0;
};

// Adds the queries of one search, whose scores z have mean 0 and deviation 1.
void add_queries(const HeldOutScores& z, std::span<const double> w, std::size_t m, Likelihood& l) {
  const std::size_t queries = z.query_identity.size(), gallery = z.gallery_identity.size();
  std::vector<double> d(gallery);
  for (std::size_t q = 0; q < queries; ++q) {
    std::ranges::fill(d, 0.0);
    for (std::size_t system = 0; system < w.size(); ++system)
      for (std::size_t g = 0; g < gallery; ++g)
        d[g] += w[system] * static_cast<double>(z.matrices[system][q * gallery + g]);
    const double nearest = *std::ranges::min_element(d);  // so that no exponential overflows
    // Sums of exp(-d), exp(-d) z_m and exp(-d) z_m^2 over all images, and over the right ones.
    double all[3] = {}, right[3] = {};
    for (std::size_t g = 0; g < gallery; ++g) {
      const double p = std::exp(nearest - d[g]), x = static_cast<double>(z.matrices[m][q * gallery + g]);
      const bool is_right = z.gallery_identity[g] == z.query_identity[q];
      for (double* sums : {all, is_right ? right : nullptr})
        if (sums) sums[0] += p, sums[1] += p * x, sums[2] += p * x * x;
    }
    if (right[0] == 0) {  // absent, or so far that its exponential underflows: the smallest likelihood
      l.value += std::log(std::numeric_limits<double>::min());
      continue;
    }
    const double mean = all[1] / all[0], mean_right = right[1] / right[0];
    l.value += std::log(right[0] / all[0]);
    l.slope += mean - mean_right;
    l.curvature += (right[2] / right[0] - mean_right * mean_right) - (all[2] / all[0] - mean * mean);
  }
}

Likelihood likelihood(std::span<const HeldOutScores> searches, std::span<const double> w, std::size_t m) {
  Likelihood l;
  double queries = 0;
  for (const HeldOutScores& z : searches) {
    add_queries(z, w, m, l);
    queries += static_cast<double>(z.query_identity.size());
  }
  l.value /= queries, l.slope /= queries, l.curvature /= queries;
  for (const double weight : w) l.value -= ridge / 2 * weight * weight;
  l.slope -= ridge * w[m], l.curvature -= ridge;
  return l;
}

// One step of Newton's method along w_m, halved until l does not fall; how far it went.
double improve(std::span<const HeldOutScores> z, std::vector<double>& w, std::size_t m) {
  const Likelihood here = likelihood(z, w, m);
  const double from = w[m], step = here.slope / std::max(-here.curvature, ridge);
  for (double share = 1; share > 1e-6; share /= 2) {
    w[m] = std::max(0.0, from + share * step);
    if (likelihood(z, w, m).value >= here.value) return std::abs(w[m] - from);
  }
  w[m] = from;
  return 0;
}

}  // namespace

std::vector<double> likeliest_weights(std::span<const HeldOutScores> searches) {
  std::vector<HeldOutScores> z(searches.begin(), searches.end());
  require(!z.empty(), "weights are chosen on held-out training people, and there are none");
  const std::size_t systems = z[0].matrices.size();
  for (HeldOutScores& search : z) {
    require(systems > 0 && search.matrices.size() == systems && !search.query_identity.empty() &&
                !search.gallery_identity.empty(),
            "weights are chosen on held-out training people, and a search of theirs has {} queries, a "
            "gallery of {} and {} systems of {}",
            search.query_identity.size(), search.gallery_identity.size(), search.matrices.size(), systems);
    for (std::vector<Real>& scores : search.matrices)
      normalise_scores(scores, static_cast<Index>(search.gallery_identity.size()));
  }
  std::vector<double> w(systems, 1.0);
  for (int sweep = 0; sweep < 500; ++sweep) {
    double moved = 0;
    for (std::size_t m = 0; m < w.size(); ++m) moved = std::max(moved, improve(z, w, m));
    if (moved < 1e-5) break;
  }
  const double sum = std::accumulate(w.begin(), w.end(), 0.0);
  for (double& weight : w) weight = sum > 0 ? weight / sum : 1 / static_cast<double>(w.size());
  return w;
}

}  // namespace triptych
