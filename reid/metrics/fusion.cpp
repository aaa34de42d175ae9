#include "reid/metrics/fusion.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

std::vector<std::vector<double>> weight_grid(std::size_t systems, int steps) {
  require(systems >= 1 && steps >= 1, "a grid of weights needs a system and a step");
  std::vector<std::vector<double>> grid;
  std::vector<int> parts(systems, 0);
  // All ways to write `steps` as a sum of `systems` parts: every part but the last counts up.
  while (true) {
    int rest = steps;
    for (std::size_t s = 0; s + 1 < systems; ++s) rest -= parts[s];
    if (rest >= 0) {
      parts.back() = rest;
      std::vector<double> weights;
      for (const int part : parts) weights.push_back(static_cast<double>(part) / steps);
      grid.push_back(std::move(weights));
    }
    std::size_t s = 0;
    while (s + 1 < systems && ++parts[s] > steps) parts[s++] = 0;
    if (s + 1 >= systems) break;
  }
  // Nearest to equal weights first, so that a tie is decided for them.
  std::ranges::stable_sort(grid, {}, [](const std::vector<double>& w) {
    double squares = 0;
    for (const double v : w) squares += v * v;
    return squares;
  });
  return grid;
}

namespace {

// Mean over queries of log P(right | q) at sharpness b.
double log_likelihood(std::span<const Real> fused, const HeldOutScores& held_out, double b) {
  const std::size_t gallery = held_out.gallery_person.size();
  double sum = 0;
  for (std::size_t q = 0; q < held_out.query_person.size(); ++q) {
    const std::span<const Real> row = fused.subspan(q * gallery, gallery);
    const double nearest = *std::ranges::min_element(row);  // so that no exponential overflows
    double right = 0, all = 0;
    for (std::size_t g = 0; g < gallery; ++g) {
      const double p = std::exp(-b * (row[g] - nearest));
      all += p;
      if (held_out.gallery_person[g] == held_out.query_person[q]) right += p;
    }
    sum += std::log(std::max(right / all, 1e-30));
  }
  return sum / static_cast<double>(held_out.query_person.size());
}

}  // namespace

std::vector<double> likeliest_weights(const HeldOutScores& held_out, int steps) {
  const Index gallery = static_cast<Index>(held_out.gallery_person.size());
  require(!held_out.matrices.empty() && !held_out.query_person.empty() && gallery > 0,
          "weights are chosen on held-out training people, and there are none");
  std::vector<double> best;
  double likelihood = -std::numeric_limits<double>::infinity();
  for (const std::vector<double>& weights : weight_grid(held_out.matrices.size(), steps)) {
    const std::vector<Real> fused = fuse_scores(held_out.matrices, weights, gallery);
    for (double b = 0.25; b <= 32; b *= 1.25) {
      const double here = log_likelihood(fused, held_out, b);
      if (!(here > likelihood + 1e-9)) continue;
      likelihood = here;
      best = weights;
    }
  }
  require(!best.empty(), "a distance between held-out people is NaN");
  return best;
}

}  // namespace triptych
