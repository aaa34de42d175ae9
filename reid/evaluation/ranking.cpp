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
    double precision = 0, trapezoid = 0;
    for (std::size_t hit = 0; hit < ranks.size(); ++hit) {
      require(ranks[hit] >= 1 && ranks[hit] <= gallery, "rank {} in a gallery of {} images", ranks[hit],
              gallery);
      const double here = static_cast<double>(hit + 1) / static_cast<double>(ranks[hit]);
      const double before =
          ranks[hit] == 1 ? 1 : static_cast<double>(hit) / static_cast<double>(ranks[hit] - 1);
      precision += here;
      trapezoid += (before + here) / 2;
    }
    const double matches = static_cast<double>(ranks.size());
    ++result.queries;
    ++result.cmc[static_cast<std::size_t>(ranks.front() - 1)];
    result.map += precision / matches;
    result.map_trapezoid += trapezoid / matches;
    result.minp += matches / static_cast<double>(ranks.back());
  }
  require(result.queries > 0,
          "no query has a right match in the gallery: no person was seen by both cameras");
  const double percent = 100.0 / static_cast<double>(result.queries);
  std::partial_sum(result.cmc.begin(), result.cmc.end(), result.cmc.begin());
  for (double& share : result.cmc) share *= percent;
  result.map *= percent;
  result.map_trapezoid *= percent;
  result.minp *= percent;
  result.right_ranks = std::move(right_ranks);
  return result;
}

Ranking::Ranking(Who gallery, int threads, std::size_t nearest)
    : gallery_(std::move(gallery)), threads_(threads), nearest_(nearest) {
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

std::vector<Neighbour> Ranking::neighbours(std::span<const Real> row, std::int32_t identity,
                                           std::int32_t camera) const {
  const auto nearer = [](const Neighbour& a, const Neighbour& b) {
    return std::pair(a.distance, a.place) < std::pair(b.distance, b.place);
  };
  std::vector<Neighbour> heap;  // the furthest of the nearest in front
  for (std::size_t g = 0; g < row.size(); ++g) {
    if (heap.size() == nearest_ && !(row[g] < heap.front().distance)) continue;
    if (gallery_.identity[g] == identity && gallery_.camera[g] == camera) continue;
    if (heap.size() == nearest_) std::ranges::pop_heap(heap, nearer), heap.pop_back();
    heap.push_back({static_cast<std::int32_t>(g), row[g]});
    std::ranges::push_heap(heap, nearer);
  }
  std::ranges::sort_heap(heap, nearer);
  return heap;
}

void Ranking::add(std::span<const Real> distances, const Who& queries) {
  const std::size_t width = static_cast<std::size_t>(gallery_.count());
  require(distances.size() == width * static_cast<std::size_t>(queries.count()),
          "{} distances do not fit {} queries and {} gallery images", distances.size(), queries.count(),
          gallery_.count());
  const std::size_t before = right_ranks_.size(), count = static_cast<std::size_t>(queries.count());
  right_ranks_.resize(before + count);
  if (nearest_ > 0) neighbours_.resize(before + count);
#pragma omp parallel for num_threads(threads_) schedule(static)
  for (std::size_t q = 0; q < count; ++q) {
    const std::span<const Real> row = distances.subspan(q * width, width);
    right_ranks_[before + q] = look(row, queries.identity[q], queries.camera[q]);
    if (nearest_ > 0) neighbours_[before + q] = neighbours(row, queries.identity[q], queries.camera[q]);
  }
  for (std::size_t q = before; q < right_ranks_.size(); ++q)
    require(right_ranks_[q].empty() || right_ranks_[q].front() > 0,
            "a distance is NaN: the embeddings hold NaN; the training diverged (try a lower --rate)");
}

RankingResult Ranking::result() const {
  RankingResult result = result_of_ranks(right_ranks_, gallery_.count(),
                                         static_cast<Index>(images_of_.size() - images_of_.count(-1)));
  result.nearest = neighbours_;
  return result;
}

RankingResult rank_queries(std::span<const Real> distances, const Who& queries, const Who& gallery) {
  Ranking ranking(gallery);
  ranking.add(distances, queries);
  return ranking.result();
}

namespace {

constexpr Index most_distances = 32 * 1024 * 1024 / sizeof(Real);  // at a time

Who part_of(const Who& all, Index first, Index count) {
  const auto part = [&](const std::vector<std::int32_t>& list) {
    return std::vector(list.begin() + first, list.begin() + first + count);
  };
  return {part(all.identity), part(all.camera)};
}

}  // namespace

RankingResult rank_rows(const Device& device, std::span<const Real> query_rows, const Who& queries,
                        std::span<const Real> gallery_rows, const Who& gallery, Index size,
                        std::size_t nearest) {
  const Index block = std::clamp<Index>(most_distances / std::max<Index>(gallery.count(), 1), 1,
                                        std::max<Index>(queries.count(), 1));
  Ranking ranking(gallery, device.context().threads, nearest);
  const Tensor far = Tensor::borrowed(device, {gallery.count(), size}, gallery_rows);
  for (Index first = 0; first < queries.count(); first += block) {
    const Index count = std::min(block, queries.count() - first);
    const Tensor near = Tensor::borrowed(
        device, {count, size},
        query_rows.subspan(static_cast<std::size_t>(first * size), static_cast<std::size_t>(count * size)));
    ranking.add(pairwise_squared_distances(near, far).value.values(), part_of(queries, first, count));
  }
  return ranking.result();
}

RankingResult rank_blocks(const Device& device, const MakeRows& query_rows, const Who& queries,
                          const MakeRows& gallery_rows, const Who& gallery, Index size,
                          const std::function<void(Index done, Index total)>& progress) {
  constexpr Index most_numbers = 64 * 1024 * 1024 / sizeof(Real);  // of the queries' rows, of the gallery's
  const Index rows = std::max<Index>(1, most_numbers / size), width = gallery.count();
  const Index block = std::clamp<Index>(most_distances / std::max<Index>(width, 1), 1, rows);
  Ranking ranking(gallery, device.context().threads);
  std::vector<Real> distances;
  for (Index first = 0; first < queries.count(); first += block) {
    const Index count = std::min(block, queries.count() - first);
    const std::vector<Real> near_rows = query_rows(first, count);
    const Tensor near = Tensor::borrowed(device, {count, size}, near_rows);
    distances.resize(static_cast<std::size_t>(count * width));
    for (Index begin = 0; begin < width; begin += rows) {
      const Index columns = std::min(rows, width - begin);
      const std::vector<Real> far_rows = gallery_rows(begin, columns);
      const Tensor far = Tensor::borrowed(device, {columns, size}, far_rows);
      const std::vector<Real> part = pairwise_squared_distances(near, far).value.values();
      for (Index q = 0; q < count; ++q)
        std::copy_n(part.begin() + q * columns, columns, distances.begin() + q * width + begin);
      if (progress) progress(first * width + (begin + columns) * count, queries.count() * width);
    }
    ranking.add(distances, part_of(queries, first, count));
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
