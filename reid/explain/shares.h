#pragma once
#include <vector>

#include "datasets/image_source.h"
#include "reid/network/model.h"

namespace triptych {

// The exact contribution of every patch to an image's embedding f.
//
// Tier 3 makes each component k = (strip, channel) of the pooled vector z a mean over the strip's patches,
//   z_k = sum over p of a_pk x_pk,   sum over p of a_pk = 1:
// with max pooling a is 1 for the winner and 0 for all others, with mean and gate pooling it is the patch's
// weight. The later steps of evaluation keep that form, because they scale, average or shift:
//   e = sum over the V views v of z_v / |z_v|     (test-mirror, test-shift; V = 1 without them)
//   u = (e / |e| - m) / r                         (m: the camera's centre with test-centre, else 0)
//   f = W u                                       (W: the whitening of test-whiten, else I; r makes |f| = 1)
// With the lengths |z_v|, |e| and r taken as constants, u is a mean over patches and views, too:
//   u_k = sum over p, v of (a_pvk / V) U_pvk,     U_pvk = (V x_pvk / (|z_v| |e|) - m_k) / r
// and f is W times it, patch by patch; W mixes the channels of a strip, so that a component f_k no longer
// belongs to one winner. Nothing is approximated, but the lengths and the winners are taken as given: how
// they would change with another patch is what occlusion shows.
//
// Views are added up patch by patch: a patch of a mirrored view belongs to its mirror image's place in the
// grid, and one of a view that is shifted by some pixels to its own.
struct PatchShares {
  PatchGrid grid{};
  Index strips = 0, views = 0;
  std::vector<double> embedding;  // f [size], of length 1
  std::vector<double> weight;     // A [patches, size]: sum over v of a_pvk / V; sums to 1 over the patches
  // X [patches, size]: sum over v of (a_pvk / V) U_pvk; sums to u over the patches, and W X sums to f.
  std::vector<double> unwhitened, part;
  Whitening whitening;          // W; empty: none, and then X = W X
  std::vector<double> gate;     // [patches] the patch gate's probability in the plain view
  std::vector<double> counted;  // [patches] the patch's weight in pooling there: 0 is not selected
  double pooled_length = 0;     // |z| of the plain view

  Index size() const { return static_cast<Index>(embedding.size()); }
};

// Of the i-th image of the set, as embed() sees it: the set's cameras decide the colours and the centre.
PatchShares patch_shares(const Model& model, const ImageSource& images, Index i);

}  // namespace triptych
