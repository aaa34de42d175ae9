#pragma once
#include <span>
#include <vector>

#include "reid/metrics/choose.h"

namespace triptych {

// Several distance matrices of the same queries and gallery become one: each is brought to one scale, then weighted.
//   z_score   (d - mean) / deviation over the whole matrix;   min_max  (d - min) / (max - min)
// A constant matrix becomes 0.
enum class ScoreScale { z_score, min_max };
void normalise_scores(std::span<Real> distances, ScoreScale scale);

// sum over m of weight[m] normalised matrix m. All matrices are of one size.
std::vector<Real> fuse_scores(std::span<const std::vector<Real>> matrices, std::span<const double> weights,
                              ScoreScale scale);

// All weights in steps of 1 / steps that are not negative and sum to 1, in a fixed order that begins with equal weights where
// the grid has them: [combinations][systems].
std::vector<std::vector<double>> weight_grid(std::size_t systems, int steps);

// One fold's distances of every system between held-out training people, with who they are.
struct HeldOutScores {
  std::vector<std::vector<Real>> matrices;  // [systems][queries * gallery]
  std::vector<std::int32_t> query_person, gallery_person;
};

// The weights of the grid with the best mean rank 1 over the folds; on a tie the first, so that equal weights win.
std::vector<double> choose_weights(std::span<const HeldOutScores> folds, int steps, ScoreScale scale);

}  // namespace triptych
