#include "reid/evaluation/map_quality.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "engine/error.h"

namespace triptych {

// By ranks (Mann and Whitney): of all patches that count, in ascending order, ties share their mean rank.
double area_under_curve(const ScoredPatches& patches) {
  require(patches.score.size() == patches.kind.size(), "{} scores are not those of {} patches",
          patches.score.size(), patches.kind.size());
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < patches.kind.size(); ++i)
    if (patches.kind[i] >= 0) order.push_back(i);
  std::ranges::sort(order, {}, [&](std::size_t i) { return patches.score[i]; });
  double rank_sum = 0, high = 0;
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first;
    while (end < order.size() && patches.score[order[end]] == patches.score[order[first]]) ++end;
    const double rank = (static_cast<double>(first + 1) + static_cast<double>(end)) / 2;
    for (std::size_t i = first; i < end; ++i)
      if (patches.kind[order[i]] == 1) rank_sum += rank, ++high;
    first = end;
  }
  const double low = static_cast<double>(order.size()) - high;
  if (high == 0 || low == 0) return std::numeric_limits<double>::quiet_NaN();
  return (rank_sum - high * (high + 1) / 2) / (high * low);
}

std::vector<Real> position_only(const PatchGrid& grid, std::span<const std::int8_t> kind) {
  struct Share {
    double high = 0, all = 0;
    double value() const { return all > 0 ? high / all : 0; }
  };
  std::vector<Share> row(static_cast<std::size_t>(grid.rows)), column(static_cast<std::size_t>(grid.columns));
  const auto row_of = [&](std::size_t i) -> Share& {
    return row[i % static_cast<std::size_t>(grid.patches()) / static_cast<std::size_t>(grid.columns)];
  };
  const auto column_of = [&](std::size_t i) -> Share& {
    return column[i % static_cast<std::size_t>(grid.columns)];
  };
  for (std::size_t i = 0; i < kind.size(); ++i) {
    if (kind[i] < 0) continue;
    for (Share* share : {&row_of(i), &column_of(i)}) share->high += kind[i], ++share->all;
  }
  std::vector<Real> scores;
  for (std::size_t i = 0; i < kind.size(); ++i)
    scores.push_back(static_cast<Real>(row_of(i).value() + column_of(i).value()));
  return scores;
}

}  // namespace triptych
