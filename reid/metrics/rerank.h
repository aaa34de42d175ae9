#pragma once
#include <span>
#include <vector>

#include "kernels/real.h"

namespace triptych {

// k-reciprocal re-ranking (Zhong et al. 2017). Two images are k-reciprocal neighbours when each is among the
// k nearest of the other; the Jaccard distance between the sets of such neighbours corrects the distance
// itself:
//   d* = (1 - lambda) d_jaccard + lambda d
// It assumes several images of an identity in the gallery, and can reduce rank 1 where there is one: off by
// default.
struct RerankOptions {
  Index k1 = 20;        // neighbours that must be mutual
  Index k2 = 6;         // neighbours over which an image's set is averaged (query expansion)
  double lambda = 0.3;  // weight of the original distance
};

// query_gallery [q, g], query_query [q, q], gallery_gallery [g, g], squared distances -> [q, g]. k1 and k2
// are limited to the number of images. Transductive: it reads the whole gallery and all queries, without
// their people.
std::vector<Real> rerank(std::span<const Real> query_gallery, std::span<const Real> query_query,
                         std::span<const Real> gallery_gallery, Index queries, Index gallery,
                         const RerankOptions& options);

}  // namespace triptych
