#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/random.h"
#include "reid/loss/mining.h"
#include "reid/network/network.h"

namespace triptych {

// The batch holds K images of each of P identities, K views: rows 0..P-1 are one image of each, rows P..2P-1
// another one of the same identities in the same order, from another camera as far as there are cameras. The
// views stand in a ring, and a cross-camera loss compares each with the next: with K = 2 the first half with
// the second.
std::vector<Variable> views_of(const Variable& batch, Index count);  // along the first axis, a multiple of it

// Cross-entropy with logits = cosine(first_i, second_k) / temperature and target k = i, in both directions:
// the E step's P(y|x), computed for whole images; the mean over the pairs of neighbours in the ring of views.
// embedding [K P, e] of unit length -> [1].
// `visible` [K P, S], if there is one: the strips' visible shares, by which cosines are weighted
// (visible_factor in reid/network/network.h); here as below.
Variable cross_camera_softmax(const Variable& embedding, double temperature, const Tensor& visible = {},
                              Index views = 2);

// -log s_ij averaged over the patches with V = 1 of all views; s_ij = P(y_i | x_ij) is the probability that
// patch j alone assigns image i to its identity among the P identities of the next view. Logits are -|x
// - best match|^2 / temperature = 2 (cosine - 1) / temperature of unit-length patches; the best match is at
// most `reach` grid rows away.
//   patches [K P, rows, columns, D], labels V bytes [K P, rows, columns] -> [1], 0 when no V is 1; labels of
//   reals are posteriors P(V = 1), which weigh the patches, here as in the gate's loss
Variable patch_loss(const Variable& patches, const Tensor& labels, double temperature, Index reach,
                    Index views = 2);

// Mean binary cross-entropy of the gate's logits against V.
Variable gate_loss(const Variable& gate, const Tensor& labels);

// The squared distances of a batch of embeddings of length 1, [n, n]; with `visible` those of what both
// images show.
Variable embedding_distances(const Variable& embedding, const Tensor& visible = {});

// The improved triplet loss over mined triplets, averaged; an empty Variable when mining found none.
// distances [n, n], squared
Variable mined_triplet_loss(const Variable& distances, const MinedTriplets& mined,
                            const LossOptions& options);
// The same for Mining::all, but the device finds out which triplets are active: 0 when none is, and an empty
// Variable when there is no triplet at all.
Variable active_triplet_loss(const Variable& distances, std::span<const std::int32_t> identities,
                             const LossOptions& options);
// The same for Mining::hard and Mining::semihard.
Variable chosen_triplet_loss(const Variable& distances, std::span<const std::int32_t> identities,
                             const LossOptions& options);
// By the rule of options.mining, without waiting for the device: the distances are not read on the host.
Variable device_triplet_loss(const Variable& distances, std::span<const std::int32_t> identities,
                             const LossOptions& options, Random& random);

// All parts of the loss, and the quantities that each step logs.
struct LossReport {
  Variable total;
  std::vector<std::pair<std::string, Variable>> parts;  // before their weights
  Tensor distances;                                     // of the embeddings, [n, n], squared
  std::optional<MinedTriplets> mined;                   // empty where the device has chosen the triplets
};

struct LossInputs {
  std::span<const std::int32_t> identities;  // [K P] labels of the batch
  Tensor labels;             // V of the batch's patches, bytes [K P, rows, columns], or reals: posteriors
  bool train_gate = false;   // from the second EM round on
  Variable identity_logits;  // [K P, training identities], or empty
  Tensor identity;           // int32 [K P]: the target column of each image
  EScore score = EScore::recurrent;  // which patch vectors the patch loss compares
  Index views = 2;                   // K
};

// total = triplet_weight L + softmax_weight (cross-camera softmax) + patch_weight (patch loss) + gate_weight
// (gate loss)
//       + identity_weight (identity loss); parts whose weight is 0 are not computed.
LossReport total_loss(const NetworkOutput& output, const LossInputs& inputs, const LossOptions& options,
                      Index reach, Random& random);

}  // namespace triptych
