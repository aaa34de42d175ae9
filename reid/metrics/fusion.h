#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/real.h"

namespace triptych {

// Score-level fusion of several systems' distances of the same queries to the same gallery. Each query's
// distances are normalised to mean 0 and deviation 1, system by system, then weighted and added:
//
//   z_m(q, g) = (d_m(q, g) - mean_g d_m(q, g)) / deviation_g d_m(q, g),
//   d(q, g)   = sum over m of w_m z_m(q, g)
//
// Normalised query by query, so that a result does not depend on the other queries.

// Rows of [queries, gallery] to mean 0 and deviation 1, in place; a constant row becomes 0. A NaN is an
// Error.
void normalise_scores(std::span<Real> distances, Index gallery);

// sum over m of weight[m] z_m. All matrices are of one size.
std::vector<Real> fuse_scores(std::span<const std::vector<Real>> matrices, std::span<const double> weights,
                              Index gallery);

// One search among held-out training identities: every system's distances between queries and gallery, with
// their labels.
struct HeldOutScores {
  std::vector<std::vector<Real>> matrices;  // [systems][queries * gallery]
  std::vector<std::int32_t> query_identity, gallery_identity;
};

// Maximum-likelihood weights:
//
//   maximise over w >= 0   l(w) = mean over queries of log P(right | q) - ridge / 2 |w|^2,
//                          P(g | q) = softmax over g of -d(q, g)
//
// over the queries of all searches; each search has a gallery of its own, and all the same systems. A
// conditional logit (McFadden 1974): with one right image a query, l is concave and has one maximum, which is
// found coordinate by coordinate with Newton's method. The ridge, 0.001, keeps it finite when every query is
// found. The likelihood depends on every distance; rank 1 of a few dozen held-out identities changes in steps
// of several points, so a choice by it would be chance. Returned with sum 1, since a common factor changes no
// rank; equal weights when no system is informative.
std::vector<double> likeliest_weights(std::span<const HeldOutScores> searches);

}  // namespace triptych
