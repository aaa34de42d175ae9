#include "reid/report/scores.h"

#include <algorithm>

#include "engine/error.h"

namespace triptych {
namespace {

// A number of every Scores, through mean_deviation, into the same number of the two results.
template <class Member>
void summarise(std::span<const Scores> splits, ScoresOverSplits& result, const Member& member) {
  std::vector<double> values;
  for (const Scores& scores : splits) values.push_back(member(scores));
  const MeanDeviation summary = mean_deviation(values);
  member(result.mean) = summary.mean;
  member(result.deviation) = summary.deviation;
}

}  // namespace

Scores scores_of(const RankingResult& result) {
  Scores scores;
  for (std::size_t i = 0; i < scores.cmc.size(); ++i)
    scores.cmc[i] = result.at_rank(RankingResult::shown_ranks[i]);
  scores.map = result.map, scores.minp = result.minp;
  scores.curve = result.cmc;
  scores.curve.resize(std::min(scores.curve.size(), Scores::curve_ranks));
  scores.map_trapezoid = result.map_trapezoid;
  return scores;
}

Directions mean_of_draws(std::span<const Evaluation> draws) {
  require(!draws.empty(), "there is no evaluation to take the mean of");
  std::vector<Scores> forward, reverse;
  for (const Evaluation& draw : draws) {
    forward.push_back(scores_of(draw.result));
    if (draw.reverse) reverse.push_back(scores_of(*draw.reverse));
  }
  Directions directions{over_splits(forward).mean, std::nullopt};
  if (!reverse.empty()) directions.reverse = over_splits(reverse).mean;
  return directions;
}

ScoresOverSplits over_splits(std::span<const Scores> splits) {
  ScoresOverSplits result;
  for (std::size_t i = 0; i < result.mean.cmc.size(); ++i)
    summarise(
        splits, result, [i](auto& scores) -> auto& { return scores.cmc[i]; });
  summarise(
      splits, result, [](auto& scores) -> auto& { return scores.map; });
  summarise(
      splits, result, [](auto& scores) -> auto& { return scores.minp; });
  summarise(
      splits, result, [](auto& scores) -> auto& { return scores.map_trapezoid; });
  // Galleries of different sizes have the ranks of the smallest in common.
  std::size_t ranks = splits.empty() ? 0 : Scores::curve_ranks;
  for (const Scores& scores : splits) ranks = std::min(ranks, scores.curve.size());
  for (std::size_t r = 0; r < ranks; ++r) {
    std::vector<double> shares;
    for (const Scores& scores : splits) shares.push_back(scores.curve[r]);
    const MeanDeviation at_rank = mean_deviation(shares);
    result.mean.curve.push_back(at_rank.mean), result.deviation.curve.push_back(at_rank.deviation);
  }
  return result;
}

}  // namespace triptych
