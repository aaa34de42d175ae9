#include "reid/loss/mining.h"

#include <algorithm>

#include "engine/error.h"

namespace triptych {
namespace {

// One anchor's row of the distance matrix, with the batch divided into positives and negatives.
struct Anchor {
  std::int32_t index;
  std::span<const Real> distance;  // [n]
  std::vector<std::int32_t> positives, negatives;

  std::int32_t nearest(const std::vector<std::int32_t>& among) const {
    return *std::ranges::min_element(among, {},
                                     [&](std::int32_t i) { return distance[static_cast<std::size_t>(i)]; });
  }
  std::int32_t furthest(const std::vector<std::int32_t>& among) const {
    return *std::ranges::max_element(among, {},
                                     [&](std::int32_t i) { return distance[static_cast<std::size_t>(i)]; });
  }
  Real d(std::int32_t i) const { return distance[static_cast<std::size_t>(i)]; }
};

std::int32_t semihard_negative(const Anchor& anchor, std::int32_t positive) {
  std::vector<std::int32_t> further;
  for (const std::int32_t n : anchor.negatives)
    if (anchor.d(n) > anchor.d(positive)) further.push_back(n);
  return further.empty() ? anchor.furthest(anchor.negatives) : anchor.nearest(further);
}

}  // namespace

MinedTriplets mine(Mining how, std::span<const Real> distances, std::span<const std::int32_t> labels,
                   double margin, Random& random) {
  const std::size_t n = labels.size();
  require(distances.size() == n * n, "{} distances do not make a square for {} labels", distances.size(), n);
  MinedTriplets mined;
  mined.distances.assign(distances.begin(), distances.end());
  double positive_sum = 0, negative_sum = 0;
  Index positive_pairs = 0, negative_pairs = 0;
  const auto take = [&](std::int32_t a, std::int32_t p, std::int32_t q) {
    mined.triplets.insert(mined.triplets.end(), {a, p, q});
  };

  for (std::size_t a = 0; a < n; ++a) {
    Anchor anchor{static_cast<std::int32_t>(a), distances.subspan(a * n, n), {}, {}};
    for (std::size_t i = 0; i < n; ++i) {
      if (i == a) continue;
      const bool same = labels[i] == labels[a];
      (same ? anchor.positives : anchor.negatives).push_back(static_cast<std::int32_t>(i));
      (same ? positive_sum : negative_sum) += anchor.distance[i];
      ++(same ? positive_pairs : negative_pairs);
    }
    if (anchor.positives.empty() || anchor.negatives.empty()) continue;
    for (const std::int32_t p : anchor.positives) {
      mined.possible += static_cast<Index>(anchor.negatives.size());
      for (const std::int32_t q : anchor.negatives) {
        const bool active = static_cast<double>(anchor.d(p)) - static_cast<double>(anchor.d(q)) + margin > 0;
        mined.active += active;
        if (how == Mining::all && active) take(anchor.index, p, q);
      }
      if (how == Mining::semihard) take(anchor.index, p, semihard_negative(anchor, p));
      if (how == Mining::random)
        take(anchor.index, p,
             anchor.negatives[static_cast<std::size_t>(
                 random.integer(static_cast<Index>(anchor.negatives.size())))]);
    }
    if (how == Mining::hard)
      take(anchor.index, anchor.furthest(anchor.positives), anchor.nearest(anchor.negatives));
  }
  mined.mean_positive = positive_pairs ? positive_sum / static_cast<double>(positive_pairs) : 0;
  mined.mean_negative = negative_pairs ? negative_sum / static_cast<double>(negative_pairs) : 0;
  return mined;
}

std::vector<std::int32_t> all_triplets(std::span<const std::int32_t> labels) {
  const auto n = static_cast<std::int32_t>(labels.size());
  const auto same = [&](std::int32_t a, std::int32_t b) {
    return labels[static_cast<std::size_t>(a)] == labels[static_cast<std::size_t>(b)];
  };
  std::vector<std::int32_t> triplets;
  for (std::int32_t a = 0; a < n; ++a)
    for (std::int32_t p = 0; p < n; ++p) {
      if (p == a || !same(a, p)) continue;
      for (std::int32_t q = 0; q < n; ++q)
        if (!same(a, q)) triplets.insert(triplets.end(), {a, p, q});
    }
  return triplets;
}

}  // namespace triptych
