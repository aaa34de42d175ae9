#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "kernels/real.h"

namespace triptych {

class Device;

// Who is on a list of images and which camera saw them; distractors carry the person -1.
struct Who {
  std::vector<std::int32_t> identity;
  std::vector<std::int32_t> camera;
  Index count() const { return static_cast<Index>(identity.size()); }
};

// A gallery image, by its place in the gallery, and its distance from a query.
struct Neighbour {
  std::int32_t place = -1;
  Real distance = 0;
};

// How well queries find their people in a gallery. Percentages.
struct RankingResult {
  static constexpr std::array<int, 5> shown_ranks = {1, 5, 10, 20, 30};
  std::vector<double> cmc;   // cmc[r - 1]: share of queries whose first right match has rank <= r
  double map = 0;            // mean average precision, a sum over steps
  double map_trapezoid = 0;  // the same as the evaluation script of Market-1501 computes it
  double minp = 0;    // mean inverse negative penalty (Ye et al. 2021): matches / rank of the last right one
  Index queries = 0;  // that have a right match in the gallery at all
  Index gallery = 0;  // images
  Index gallery_identities = 0;          // distractors not counted
  std::vector<std::int32_t> first_rank;  // of each query, from 1; 0 for a query without a right match
  // Of each query: the ranks of all its right matches, ascending. CMC, mAP and mINP follow from them.
  std::vector<std::vector<std::int32_t>> right_ranks;
  // Of each query, if requested: the nearest gallery images, nearest first, the earlier one on a tie, without
  // those that do not count.
  std::vector<std::vector<Neighbour>> nearest;

  double at_rank(int rank) const;  // ranks beyond the gallery count as its last
};

// The result that follows from the ranks of each query's right matches, ascending (none: the query does not
// count). No query with a right match is an Error, and so is a rank outside 1..gallery.
//   CMC(r) = share of queries whose first rank is <= r
//   mAP    = mean over queries of  1/m sum_k k / rank_k        k = 1..m, m right matches
//   mAP of the Market-1501 script: the area under the precision over the recall by trapezoids,
//          mean over queries of  1/m sum_k (k / rank_k + (k - 1) / (rank_k - 1)) / 2,  where 0 / 0 is 1
//   mINP   = mean over queries of  m / rank_m
RankingResult result_of_ranks(std::vector<std::vector<std::int32_t>> right_ranks, Index gallery,
                              Index gallery_identities);

// Ranks queries as they come, so that the distance matrix of a large set need never be whole.
//
// A gallery image of the query's own person taken by the query's own camera counts neither as right nor as
// wrong. Ranks are found by counting, not by sorting: a query has a handful of right matches, and one pass
// over its row of distances counts for all of them together.
//   rank of a right match = its place among the right matches, 1, 2, ... by distance (ties in any order)
//                         + images of other identities that are nearer or at the same distance
//   average precision     = mean over the right matches of place / rank
// A tie counts against the query, so that a network whose embeddings have all become one scores nothing; two
// right matches at the same distance have two places, so that no precision exceeds 1.
class Ranking {
 public:
  // nearest: how many neighbours of each query are kept.
  explicit Ranking(Who gallery, int threads = 1, std::size_t nearest = 0);
  // distances [queries, gallery], any monotone kind; a NaN is an Error.
  void add(std::span<const Real> distances, const Who& queries);
  RankingResult result() const;  // no query with a right match is an Error

 private:
  // Ranks of a query's right matches, ascending; a NaN among the distances: -1.
  std::vector<std::int32_t> look(std::span<const Real> row, std::int32_t identity, std::int32_t camera) const;

  // The nearest images that count.
  std::vector<Neighbour> neighbours(std::span<const Real> row, std::int32_t identity,
                                    std::int32_t camera) const;

  Who gallery_;
  int threads_;
  std::size_t nearest_;
  std::unordered_map<std::int32_t, std::vector<std::int32_t>> images_of_;  // gallery images of each person
  std::vector<std::vector<std::int32_t>> right_ranks_;                     // of each query so far
  std::vector<std::vector<Neighbour>> neighbours_;
};

// All queries at once.
RankingResult rank_queries(std::span<const Real> distances, const Who& queries, const Who& gallery);

// ... by squared L2 distance between rows of length `size`, queries [n, size] and gallery [m, size]. At no
// time do more than 32 MiB of the distances exist: with 3368 queries and 19732 gallery images (Market-1501)
// they would be 254 MiB.
RankingResult rank_rows(const Device& device, std::span<const Real> query_rows, const Who& queries,
                        std::span<const Real> gallery_rows, const Who& gallery, Index size,
                        std::size_t nearest = 0);

// Rows [count, size] from `first` on, made when they are needed.
using MakeRows = std::function<std::vector<Real>(Index first, Index count)>;
// ... for rows that are too long to be held all at once, such as raw pixels: at most 64 MiB of the queries'
// rows, as many of the gallery's, and 32 MiB of distances exist. The gallery's rows are made once for each
// block of queries.
RankingResult rank_blocks(const Device& device, const MakeRows& query_rows, const Who& queries,
                          const MakeRows& gallery_rows, const Who& gallery, Index size,
                          const std::function<void(Index done, Index total)>& progress = {});

// Squared L2 distances on the device: a [n, size], b [m, size] -> [n, m].
std::vector<Real> distance_matrix(const Device& device, std::span<const Real> a, std::span<const Real> b,
                                  Index size);

// Mean and standard deviation (n - 1) over several splits.
struct MeanDeviation {
  double mean = 0, deviation = 0;
};
MeanDeviation mean_deviation(std::span<const double> values);

}  // namespace triptych
