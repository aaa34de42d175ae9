#include "reid/evaluation/ranking.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/error.h"
#include "engine/ops.h"

namespace triptych {
namespace {

// counts[k] = how many of `row` are not further than limits[k]. The row goes through the cache once, a piece
// at a time.
void count_not_further(std::span<const Real> row, std::span<const Real> limits,
                       std::span<std::int64_t> counts) {
  constexpr std::size_t piece = 2048;  // 8 KiB, a quarter of a small L1
  std::ranges::fill(counts, 0);
  for (std::size_t first = 0; first < row.size(); first += piece) {
    const Real* d = row.data() + first;
    const std::size_t size = std::min(piece, row.size() - first);
    for (std::size_t k = 0; k < limits.size(); ++k) {
      const Real limit = limits[k];
      std::int32_t count = 0;
#pragma omp simd reduction(+ : count)
      for (std::size_t i = 0; i < size; ++i) count += d[i] <= limit;
      counts[k] += count;
    }
  }
}

}  // namespace

double RankingResult::at_rank(int rank) const {
  if (cmc.empty()) return 0;
  return cmc[std::min(static_cast<std::size_t>(rank), cmc.size()) - 1];
}

RankingResult result_of_ranks(std::vector<std::vector<std::int32_t>> right_ranks, Index gallery,
                              Index gallery_identities) {
  RankingResult result;
  result.gallery = gallery, result.gallery_identities = gallery_identities;
  result.cmc.assign(static_cast<std::size_t>(gallery), 0);
  for (const std::vector<std::int32_t>& ranks : right_ranks) {
    result.first_rank.push_back(ranks.empty() ? 0 : ranks.front());
    if (ranks.empty()) continue;
    double precision = 0;
    for (std::size_t hit = 0; hit < ranks.size(); ++hit) {
      require(ranks[hit] >= 1 && ranks[hit] <= gallery, "rank {} in a gallery of {} images", ranks[hit],
              gallery);
      precision += static_cast<double>(hit + 1) / static_cast<double>(ranks[hit]);
    }
    const double matches = static_cast<double>(ranks.size());
    ++result.queries;
    ++result.cmc[static_cast<std::size_t>(ranks.front() - 1)];
    result.map += precision / matches;
    result.minp += matches / static_cast<double>(ranks.back());
  }
  require(result.queries > 0,
          "no query has a right match in the gallery: no person was seen by both cameras");
  const double percent = 100.0 / static_cast<double>(result.queries);
  std::partial_sum(result.cmc.begin(), result.cmc.end(), result.cmc.begin());
  for (double& share : result.cmc) share *= percent;
  result.map *= percent;
  result.minp *= percent;
  result.right_ranks = std::move(right_ranks);
  return result;
}

Ranking::Ranking(Who gallery, int threads) : gallery_(std::move(gallery)), threads_(threads) {
  for (std::size_t g = 0; g < gallery_.identity.size(); ++g)
    images_of_[gallery_.identity[g]].push_back(static_cast<std::int32_t>(g));
}

std::vector<std::int32_t> Ranking::look(std::span<const Real> row, std::int32_t identity,
                                        std::int32_t camera) const {
  std::int32_t nans = 0;
#pragma omp simd reduction(+ : nans)
  for (std::size_t i = 0; i < row.size(); ++i) nans += row[i] != row[i];
  if (nans > 0) return {-1};

  // The person's images in the gallery are right matches, or they are from the query's own camera and do not
  // count.
  const auto images = images_of_.find(identity);
  if (images == images_of_.end()) return {};
  std::vector<Real> right, own_camera;
  for (const std::int32_t g : images->second) {
    const auto at = static_cast<std::size_t>(g);
    (gallery_.camera[at] == camera ? own_camera : right).push_back(row[at]);
  }
  if (right.empty()) return {};
  std::ranges::sort(right);
  std::vector<std::int64_t> not_further(right.size());
  count_not_further(row, right, not_further);

  std::vector<std::int32_t> ranks;
  for (std::size_t hit = 0; hit < right.size(); ++hit) {
    const auto nearer_than_hit = [&](Real d) { return d <= right[hit]; };
    const std::int64_t wrong = not_further[hit] - std::ranges::count_if(right, nearer_than_hit) -
                               std::ranges::count_if(own_camera, nearer_than_hit);
    ranks.push_back(static_cast<std::int32_t>(static_cast<std::int64_t>(hit) + 1 + wrong));
  }
  return ranks;
}

void Ranking::add(std::span<const Real> distances, const Who& queries) {
  const std::size_t width = static_cast<std::size_t>(gallery_.count());
  require(distances.size() == width * static_cast<std::size_t>(queries.count()),
          "{} distances do not fit {} queries and {} gallery images", distances.size(), queries.count(),
          gallery_.count());
  const std::size_t before = right_ranks_.size(), count = static_cast<std::size_t>(queries.count());
  right_ranks_.resize(before + count);
#pragma omp parallel for num_threads(threads_) schedule(static)
  for (std::size_t q = 0; q < count; ++q)
    right_ranks_[before + q] =
        look(distances.subspan(q * width, width), queries.identity[q], queries.camera[q]);
  for (std::size_t q = before; q < right_ranks_.size(); ++q)
    require(right_ranks_[q].empty() || right_ranks_[q].front() > 0,
            "a distance is NaN: the embeddings hold NaN; the training diverged (try a lower --rate)");
}

RankingResult Ranking::result() const {
  return result_of_ranks(right_ranks_, gallery_.count(),
                         static_cast<Index>(images_of_.size() - images_of_.count(-1)));
}

RankingResult rank_queries(std::span<const Real> distances, const Who& queries, const Who& gallery) {
  Ranking ranking(gallery);
  ranking.add(distances, queries);
  return ranking.result();
}

RankingResult rank_rows(const Device& device, std::span<const Real> query_rows, const Who& queries,
                        std::span<const Real> gallery_rows, const Who& gallery, Index size) {
  constexpr Index most = 32 * 1024 * 1024 / sizeof(Real);  // distances at a time
  const Index block = std::clamp<Index>(most / std::max<Index>(gallery.count(), 1), 1, queries.count());
  Ranking ranking(gallery, device.context().threads);
  const Tensor far = Tensor::from(device, {gallery.count(), size}, gallery_rows);
  for (Index first = 0; first < queries.count(); first += block) {
    const Index count = std::min(block, queries.count() - first);
    const auto part = [&](const std::vector<std::int32_t>& all) {
      return std::vector(all.begin() + first, all.begin() + first + count);
    };
    const Tensor near = Tensor::from(
        device, {count, size},
        query_rows.subspan(static_cast<std::size_t>(first * size), static_cast<std::size_t>(count * size)));
    ranking.add(pairwise_squared_distances(near, far).value.values(),
                {part(queries.identity), part(queries.camera)});
  }
  return ranking.result();
}

std::vector<Real> distance_matrix(const Device& device, std::span<const Real> a, std::span<const Real> b,
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
