#include "reid/evaluation/ranking.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "engine/error.h"
#include "engine/ops.h"

namespace triptych {
namespace {

// What one query sees of the gallery: the distances of right matches, ascending, and of everybody else.
struct QueryView {
  std::vector<Real> right, wrong;
};

QueryView look(std::span<const Real> row, std::int32_t person, std::int32_t camera, const Who& gallery) {
  QueryView view;
  for (std::size_t g = 0; g < row.size(); ++g) {
    require(!std::isnan(row[g]),
            "a distance is NaN: the embeddings hold NaN; the training diverged (try a lower --rate)");
    const bool same = gallery.person[g] == person;
    if (same && gallery.camera[g] == camera) continue;
    (same ? view.right : view.wrong).push_back(row[g]);
  }
  std::ranges::sort(view.right);
  return view;
}

}  // namespace

double RankingResult::at_rank(int rank) const {
  if (cmc.empty()) return 0;
  return cmc[std::min(static_cast<std::size_t>(rank), cmc.size()) - 1];
}

Ranking::Ranking(Who gallery) : gallery_(std::move(gallery)) {
  sums_.gallery = gallery_.count();
  sums_.gallery_people =
      static_cast<Index>(std::set<std::int32_t>(gallery_.person.begin(), gallery_.person.end()).size()) -
      (std::ranges::find(gallery_.person, -1) != gallery_.person.end());
  sums_.cmc.assign(static_cast<std::size_t>(gallery_.count()), 0);
}

void Ranking::add(std::span<const Real> distances, const Who& queries) {
  const std::size_t width = static_cast<std::size_t>(gallery_.count());
  require(distances.size() == width * static_cast<std::size_t>(queries.count()),
          "{} distances do not fit {} queries and {} gallery pictures", distances.size(), queries.count(),
          gallery_.count());
  for (std::size_t q = 0; q < static_cast<std::size_t>(queries.count()); ++q) {
    const QueryView view =
        look(distances.subspan(q * width, width), queries.person[q], queries.camera[q], gallery_);
    sums_.first_rank.push_back(0);
    if (view.right.empty()) continue;
    ++sums_.queries;
    double precision_sum = 0;
    std::int64_t rank = 0;
    for (std::size_t hit = 0; hit < view.right.size(); ++hit) {
      const auto not_further =
          std::ranges::count_if(view.wrong, [&](Real d) { return d <= view.right[hit]; });
      rank = static_cast<std::int64_t>(hit) + 1 + not_further;
      if (hit == 0) {
        sums_.first_rank.back() = static_cast<std::int32_t>(rank);
        ++sums_.cmc[static_cast<std::size_t>(rank - 1)];
      }
      precision_sum += static_cast<double>(hit + 1) / static_cast<double>(rank);
    }
    const double matches = static_cast<double>(view.right.size());
    sums_.map += precision_sum / matches;
    sums_.minp += matches / static_cast<double>(rank);
  }
}

RankingResult Ranking::result() const {
  require(sums_.queries > 0, "no query has a right match in the gallery: no person was seen by both cameras");
  RankingResult result = sums_;
  const double percent = 100.0 / static_cast<double>(result.queries);
  std::partial_sum(result.cmc.begin(), result.cmc.end(), result.cmc.begin());
  for (double& share : result.cmc) share *= percent;
  result.map *= percent;
  result.minp *= percent;
  return result;
}

RankingResult rank_queries(std::span<const Real> distances, const Who& queries, const Who& gallery) {
  Ranking ranking(gallery);
  ranking.add(distances, queries);
  return ranking.result();
}

std::vector<Real> distance_matrix(Device& device, std::span<const Real> a, std::span<const Real> b,
                                  Index size) {
  const Tensor x = Tensor::from(device, {static_cast<Index>(a.size()) / size, size}, a);
  const Tensor y = Tensor::from(device, {static_cast<Index>(b.size()) / size, size}, b);
  return pairwise_squared_distances(x, y).value.values();
}

MeanDeviation mean_deviation(std::span<const double> values) {
  const double n = static_cast<double>(values.size());
  if (values.empty()) return {};
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, values.size() > 1 ? std::sqrt(squares / (n - 1)) : 0};
}

}  // namespace triptych
