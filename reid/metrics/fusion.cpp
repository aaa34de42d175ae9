#include "reid/metrics/fusion.h"

#include <algorithm>
#include <cmath>

#include "engine/error.h"
#include "reid/evaluation/ranking.h"

namespace triptych {

void normalise_scores(std::span<Real> distances, ScoreScale scale) {
  require(!distances.empty(), "there are no distances to fuse");
  double offset = 0, width = 0;
  if (scale == ScoreScale::min_max) {
    const auto [low, high] = std::ranges::minmax(distances);
    offset = low, width = double(high) - low;
  } else {
    const double n = static_cast<double>(distances.size());
    for (const Real d : distances) offset += d / n;
    for (const Real d : distances) width += (d - offset) * (d - offset) / n;
    width = std::sqrt(width);
  }
  for (Real& d : distances) d = width > 0 ? static_cast<Real>((d - offset) / width) : Real(0);
}

std::vector<Real> fuse_scores(std::span<const std::vector<Real>> matrices, std::span<const double> weights,
                              ScoreScale scale) {
  require(!matrices.empty() && matrices.size() == weights.size(),
          "{} distance matrices cannot take {} weights", matrices.size(), weights.size());
  std::vector<Real> fused(matrices[0].size(), 0);
  for (std::size_t m = 0; m < matrices.size(); ++m) {
    require(matrices[m].size() == fused.size(), "distance matrices of {} and {} numbers cannot be fused",
            fused.size(), matrices[m].size());
    std::vector<Real> scores = matrices[m];
    normalise_scores(scores, scale);
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

std::vector<double> choose_weights(std::span<const HeldOutScores> folds, int steps, ScoreScale scale) {
  require(!folds.empty(), "fusion weights are chosen on one fold of held-out training people at least");
  const std::vector<std::vector<double>> grid = weight_grid(folds[0].matrices.size(), steps);
  std::vector<double> rank1(grid.size(), 0);
  for (const HeldOutScores& fold : folds) {
    // Normalised once; each combination is then a weighted sum.
    std::vector<std::vector<Real>> scores = fold.matrices;
    for (std::vector<Real>& matrix : scores) normalise_scores(matrix, scale);
    const Who queries{fold.query_person, std::vector<std::int32_t>(fold.query_person.size(), 1)};
    const Who gallery{fold.gallery_person, std::vector<std::int32_t>(fold.gallery_person.size(), 0)};
    std::vector<Real> fused(scores[0].size());
    for (std::size_t g = 0; g < grid.size(); ++g) {
      std::ranges::fill(fused, Real(0));
      for (std::size_t m = 0; m < scores.size(); ++m)
        for (std::size_t i = 0; i < fused.size(); ++i)
          fused[i] += static_cast<Real>(grid[g][m]) * scores[m][i];
      rank1[g] += rank_queries(fused, queries, gallery).at_rank(1);
    }
  }
  return grid[static_cast<std::size_t>(std::ranges::max_element(rank1) - rank1.begin())];
}

}  // namespace triptych
