#pragma once
#include "reid/evaluation/ranking.h"

namespace triptych {

// Rows of embeddings [n, size] with the visible shares of their strips [n, S] (--visible).
struct VisibleRows {
  std::span<const Real> rows, shares;
};

// Distances that count only what both images show, d = 2 - 2 c (visible_factor in reid/network/network.h):
// a [n], b [m] -> [n, m].
std::vector<Real> visible_distances(const Device& device, const VisibleRows& a, const VisibleRows& b,
                                    Index size, Index strips);

// rank_rows by these distances, a block of queries at a time.
RankingResult rank_visible_rows(const Device& device, const VisibleRows& queries, const Who& query,
                                const VisibleRows& galleries, const Who& gallery, Index size, Index strips,
                                std::size_t nearest = 0);

}  // namespace triptych
