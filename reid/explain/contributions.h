#pragma once
#include <vector>

#include "reid/explain/shares.h"

namespace triptych {

// Which patches made two images near or far. With f, g the embeddings, A, B and X, Y the shares of their
// patches p and q (shares.h), so that A and B sum to 1 over the patches, W X to f and W Y to g, component by
// component,
//   d = sum over k of (f_k - g_k)^2 = sum over p, q of far_pq,
//   far_pq  = sum over k of h_k (X_pk B_qk - A_pk Y_qk)
//   cosine = sum over k of f_k g_k  = sum over p, q of near_pq,   near_pq = sum over k of (W X)_pk (W Y)_qk
// with h = W^T (f - g), which is f - g where nothing is whitened. d is the squared distance that ranks are
// made of. f and g have length 1, so that d = 2 - 2 cosine: the second sum tells what the images have in
// common, the first one what they differ in.
//
// With max pooling and one view every component has one winner in each image, and far_pq is the sum of (f_k -
// g_k)^2 over the components that p won here and q won there: never negative. With means over patches or
// views, or with whitening, it may be: a patch that is more similar than its strip as a whole reduces the
// distance.
struct Contributions {
  Index patches = 0;
  double distance = 0, cosine = 0;
  std::vector<double> far, near;  // [patches of the first image, patches of the second]

  // What each patch of one image contributes in all: [patches], with the same sums.
  std::vector<double> of_first(const std::vector<double>& pairs) const;
  std::vector<double> of_second(const std::vector<double>& pairs) const;
};

Contributions contributions(const PatchShares& first, const PatchShares& second);

// The largest pairs, the largest first.
struct PatchPair {
  Index first = 0, second = 0;
  double value = 0;
};
std::vector<PatchPair> largest_pairs(const Contributions& all, const std::vector<double>& pairs,
                                     std::size_t count);

}  // namespace triptych
