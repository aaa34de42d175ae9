#pragma once
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "reid/evaluation/protocol.h"

namespace triptych {

// What a table shows of one ranking. Percentages.
struct Scores {
  std::array<double, RankingResult::shown_ranks.size()>
      cmc{};  // at RankingResult::shown_ranks: 1, 5, 10, 20, 30
  double map = 0, minp = 0;
  double map_trapezoid = 0;   // RankingResult says what it is
  std::vector<double> curve;  // the CMC at ranks 1 to 50, or to the gallery's size; for drawings

  static constexpr std::size_t curve_ranks = 50;
};

// Both directions of one protocol: queries against the gallery, and the gallery's people against the queries.
struct Directions {
  Scores forward;
  std::optional<Scores> reverse;
};

Scores scores_of(const RankingResult& result);
// The mean over the draws of a protocol that is drawn more than once; one evaluation is its own mean.
Directions mean_of_draws(std::span<const Evaluation> draws);

// Mean and standard deviation of each number over several splits.
struct ScoresOverSplits {
  Scores mean, deviation;
};
ScoresOverSplits over_splits(std::span<const Scores> splits);

}  // namespace triptych
