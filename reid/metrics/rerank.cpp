#include "reid/metrics/rerank.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/error.h"

namespace triptych {
namespace {

using Neighbours = std::vector<std::vector<Index>>;  // ascending in distance, oneself first

// Queries and gallery together: all images [n, n], n = q + g, each row divided by its maximum.
std::vector<Real> join(std::span<const Real> query_gallery, std::span<const Real> query_query,
                       std::span<const Real> gallery_gallery, Index q, Index g) {
  const Index n = q + g;
  std::vector<Real> all(static_cast<std::size_t>(n * n));
  for (Index i = 0; i < n; ++i) {
    Real* row = all.data() + i * n;
    for (Index j = 0; j < n; ++j)
      row[j] = i < q ? (j < q ? query_query[static_cast<std::size_t>(i * q + j)]
                              : query_gallery[static_cast<std::size_t>(i * g + j - q)])
                     : (j < q ? query_gallery[static_cast<std::size_t>(j * g + i - q)]
                              : gallery_gallery[static_cast<std::size_t>((i - q) * g + j - q)]);
    const Real largest = *std::max_element(row, row + n);
    if (largest > 0)
      for (Index j = 0; j < n; ++j) row[j] /= largest;
  }
  return all;
}

Neighbours nearest(const std::vector<Real>& d, Index n, Index k) {
  Neighbours result(static_cast<std::size_t>(n));
  std::vector<Index> order(static_cast<std::size_t>(n));
  for (Index i = 0; i < n; ++i) {
    std::iota(order.begin(), order.end(), 0);
    const Real* row = d.data() + i * n;
    // A tie goes to oneself, then to the earlier image.
    std::partial_sort(order.begin(), order.begin() + k, order.end(), [&](Index a, Index b) {
      return row[a] != row[b] ? row[a] < row[b] : std::pair(a != i, a) < std::pair(b != i, b);
    });
    result[static_cast<std::size_t>(i)].assign(order.begin(), order.begin() + k);
  }
  return result;
}

// R(i, k): those of the k + 1 nearest (oneself among them) that have i among their own k + 1 nearest.
std::vector<Index> reciprocal(const Neighbours& near, Index i, Index k) {
  const auto first = [&](Index of) {
    const std::vector<Index>& all = near[static_cast<std::size_t>(of)];
    return std::span(all).first(std::min(all.size(), static_cast<std::size_t>(k + 1)));
  };
  std::vector<Index> result;
  for (const Index j : first(i))
    if (std::ranges::find(first(j), i) != first(j).end()) result.push_back(j);
  std::ranges::sort(result);
  return result;
}

// R*(i): R(i, k1), and the sets R(j, k1 / 2) of its members j of which two thirds lie in it.
std::vector<Index> expanded(const Neighbours& near, Index i, Index k1) {
  const std::vector<Index> own = reciprocal(near, i, k1);
  std::vector<Index> result = own;
  for (const Index j : own) {
    const std::vector<Index> other = reciprocal(near, j, (k1 + 1) / 2);
    std::vector<Index> common;
    std::ranges::set_intersection(own, other, std::back_inserter(common));
    if (3 * common.size() > 2 * other.size()) result.insert(result.end(), other.begin(), other.end());
  }
  std::ranges::sort(result);
  result.erase(std::ranges::unique(result).begin(), result.end());
  return result;
}

// The weights of an image's neighbours that are not 0, by ascending neighbour.
struct Weight {
  Index neighbour;
  Real value;
};
using Weights = std::vector<std::vector<Weight>>;

// v_i(j) = exp(-d(i, j)) on R*(i), summing to 1, 0 elsewhere; then averaged over the k2 nearest of i.
Weights neighbour_weights(const std::vector<Real>& d, const Neighbours& near, Index n, Index k1, Index k2) {
  Weights v(static_cast<std::size_t>(n));
  for (Index i = 0; i < n; ++i) {
    double total = 0;
    const std::vector<Index> members = expanded(near, i, k1);
    for (const Index j : members) total += std::exp(-double(d[static_cast<std::size_t>(i * n + j)]));
    for (const Index j : members)
      v[static_cast<std::size_t>(i)].push_back(
          {j, static_cast<Real>(std::exp(-double(d[static_cast<std::size_t>(i * n + j)])) / total)});
  }
  if (k2 <= 1) return v;
  Weights mean(v.size());
  std::vector<Real> sums(static_cast<std::size_t>(n));  // of one image; 0 outside of `touched`
  for (Index i = 0; i < n; ++i) {
    std::vector<Index> touched;
    for (Index m = 0; m < k2; ++m)
      for (const Weight& w :
           v[static_cast<std::size_t>(near[static_cast<std::size_t>(i)][static_cast<std::size_t>(m)])]) {
        sums[static_cast<std::size_t>(w.neighbour)] += w.value / static_cast<Real>(k2);
        touched.push_back(w.neighbour);
      }
    std::ranges::sort(touched);
    touched.erase(std::ranges::unique(touched).begin(), touched.end());
    for (const Index k : touched) {
      mean[static_cast<std::size_t>(i)].push_back({k, sums[static_cast<std::size_t>(k)]});
      sums[static_cast<std::size_t>(k)] = 0;
    }
  }
  return mean;
}

// least[j] = sum_k min(v_i(k), v_j(k)) for the gallery images j, in the order of k: only images that share a
// neighbour with i are visited. `having`: of each image, the gallery images among whose neighbours it is.
void shared_weights(const std::vector<Weight>& query, const Weights& having, std::vector<double>& least) {
  std::ranges::fill(least, 0.0);
  for (const Weight& w : query)
    for (const Weight& other : having[static_cast<std::size_t>(w.neighbour)])
      least[static_cast<std::size_t>(other.neighbour)] += std::min(w.value, other.value);
}

}  // namespace

std::vector<Real> rerank(std::span<const Real> query_gallery, std::span<const Real> query_query,
                         std::span<const Real> gallery_gallery, Index q, Index g,
                         const RerankOptions& options) {
  require(static_cast<Index>(query_gallery.size()) == q * g &&
              static_cast<Index>(query_query.size()) == q * q &&
              static_cast<Index>(gallery_gallery.size()) == g * g,
          "re-ranking takes distances {0} x {1}, {0} x {0} and {1} x {1}, not {2}, {3} and {4} numbers", q, g,
          query_gallery.size(), query_query.size(), gallery_gallery.size());
  require(options.k1 >= 1 && options.k2 >= 1 && options.lambda >= 0 && options.lambda <= 1,
          "re-ranking needs k1 and k2 of 1 at least and a lambda of 0..1, not {}, {} and {}", options.k1,
          options.k2, options.lambda);
  const Index n = q + g;
  const std::vector<Real> d = join(query_gallery, query_query, gallery_gallery, q, g);
  const Index k1 = std::min(options.k1, n - 1), k2 = std::min(options.k2, n);
  const Neighbours near = nearest(d, n, std::min(n, std::max(k1 + 1, k2)));
  const Weights v = neighbour_weights(d, near, n, k1, k2);
  Weights having(static_cast<std::size_t>(n));
  for (Index j = 0; j < g; ++j)
    for (const Weight& w : v[static_cast<std::size_t>(q + j)])
      having[static_cast<std::size_t>(w.neighbour)].push_back({j, w.value});
  std::vector<Real> result(query_gallery.size());
  std::vector<double> least(static_cast<std::size_t>(g));
  for (Index i = 0; i < q; ++i) {
    shared_weights(v[static_cast<std::size_t>(i)], having, least);
    for (Index j = 0; j < g; ++j) {
      // Both sets of weights sum to 1, so sum max = 2 - sum min, and d_jaccard = 1 - sum min / sum max.
      const double sum = least[static_cast<std::size_t>(j)], jaccard = 1 - sum / (2 - sum);
      result[static_cast<std::size_t>(i * g + j)] = static_cast<Real>(
          (1 - options.lambda) * jaccard + options.lambda * d[static_cast<std::size_t>(i * n + q + j)]);
    }
  }
  return result;
}

}  // namespace triptych
