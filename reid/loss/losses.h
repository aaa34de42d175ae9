#pragma once
#include <string>
#include <utility>
#include <vector>

#include "engine/random.h"
#include "reid/loss/mining.h"
#include "reid/network/network.h"

namespace triptych {

// The batch holds P people twice: rows 0..P-1 are one image of each, rows P..2P-1 the same people in the same
// order, seen by another camera. Every cross-camera loss compares the first half with the second.
struct TwoViews {
  Variable first, second;
};
TwoViews two_views(const Variable& batch);  // along the first axis, which must be even

// Cross-entropy with logits = cosine(first_i, second_k) / temperature and the right answer k = i, in both
// directions: the E step's P(y|x), of whole images, as a loss. embedding [2P, e] of unit length -> one
// number.
Variable cross_camera_softmax(const Variable& embedding, double temperature);

// -log s_ij averaged over the patches with V = 1, in both directions, with s_ij = P(y_i | x_ij): how surely
// patch j alone finds its owner i among the P people of the other view. Logits are -|x - best match|^2 /
// temperature = 2 (cosine - 1) / temperature of unit-length patches, the best match at most `reach` grid rows
// away.
//   patches [2P, rows, columns, D], labels V bytes [2P, rows, columns] -> one number (0 when no V is 1)
Variable patch_loss(const Variable& patches, const Tensor& labels, double temperature, Index reach);

// Mean binary cross-entropy of the gate's logits against V.
Variable gate_loss(const Variable& gate, const Tensor& labels);

// The improved triplet loss over mined triplets, averaged; an empty Variable when mining found none.
Variable mined_triplet_loss(const Variable& embedding, std::span<const std::int32_t> identities,
                            const LossOptions& options, Random& random, MinedTriplets& mined);

// Every part of the loss and the numbers that each step logs.
struct LossReport {
  Variable total;
  std::vector<std::pair<std::string, Variable>> parts;  // before their weights
  MinedTriplets mined;
};

struct LossInputs {
  std::span<const std::int32_t> identities;  // [2P] labels of the batch
  Tensor labels;                             // V of the batch's patches, bytes [2P, rows, columns]
  bool train_gate = false;                   // from the second EM round on
  Variable identity_logits;                  // [2P, training people], or empty
  Tensor identity;                           // int32 [2P]: the column of each one's own person
};

// total = triplet_weight L + softmax_weight (cross-camera softmax) + patch_weight (patch loss) + gate_weight
// (gate loss)
//       + identity_weight (identity loss); parts whose weight is 0 are not computed.
LossReport total_loss(const NetworkOutput& output, const LossInputs& inputs, const LossOptions& options,
                      Index reach, Random& random);

}  // namespace triptych
