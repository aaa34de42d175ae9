#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/random.h"
#include "kernels/real.h"
#include "reid/options.h"

namespace triptych {

// Triplets (anchor, positive, negative) selected from a batch, and statistics of the batch for the log.
struct MinedTriplets {
  std::vector<std::int32_t> triplets;           // [count, 3], sorted by anchor
  Index possible = 0;                           // all (a, p, n) of the batch
  Index active = 0;                             // of those: d(a,p) - d(a,n) + margin > 0
  double mean_positive = 0, mean_negative = 0;  // mean d over all positive and all negative pairs
  std::vector<Real> distances;                  // [n, n], those that were mined
  Index count() const { return static_cast<Index>(triplets.size()) / 3; }
};

// `distances` [n, n] are the squared distances of the embeddings, `labels` [n] the identities. Every image is
// an anchor; its positives are the other images of the same identity.
//   all       every active triplet
//   hard      for each anchor its furthest positive and its nearest negative (Hermans et al. 2017)
//   semihard  for each anchor and positive the nearest negative that is further away than the positive,
//             or, if there is none, the furthest negative (Schroff et al. 2015)
//   random    for each anchor and positive any negative
MinedTriplets mine(Mining how, std::span<const Real> distances, std::span<const std::int32_t> labels,
                   double margin, Random& random);

// Every (a, p, n) of a batch, sorted by anchor; [count, 3].
std::vector<std::int32_t> all_triplets(std::span<const std::int32_t> labels);

}  // namespace triptych
