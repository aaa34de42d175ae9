#pragma once
#include <string>

#include "layers/linear.h"
#include "reid/network/recurrent_tier.h"
#include "reid/options.h"

namespace triptych {

// Which patches take part in pooling.
struct PatchSelection {
  enum class By {
    everything,  // every patch: before the EM loop has said anything
    labels,      // the EM loop's V, in training
    gate         // the patch gate's own judgement: for images that were never seen in training
  };
  By by = By::everything;
  Tensor labels;  // bytes [n, rows, columns], with By::labels: at least one 1 in every strip
};

// What each patch counts for in tier 3's pooling, [n, rows, columns]: 1 or 0 as the selection says, and with
// pooling by the gate the gate's probability. `gate_logits` [n, rows, columns] are read with By::gate.
Tensor patch_weights(PatchPooling kind, const Tensor& gate_logits, const PatchSelection& selection,
                     Index strips);

// Tier 3: the selected patches of each of S horizontal strips are pooled, the strips concatenated, and the
// whole scaled to length 1: patches [n, rows, columns, D] -> embedding [n, S D].
//
// Beside it stands the patch gate, a linear unit on each patch vector that learns to tell the EM loop's
// verdict V without knowing who is on the image. It reads a detached input: it must not bend the patches to
// its liking.
class PoolingTier {
 public:
  PoolingTier(const Device& device, Random random, const NetworkOptions& options, Index patch_width);

  Variable gate(const Variable& patches);  // logits [n, rows, columns]
  // [n, S D], not yet of length 1. `gate_logits` are read with By::gate and by gate-weighted pooling.
  Variable pool(const Variable& patches, const Variable& gate_logits, const PatchSelection& selection) const;
  void list(const std::string& prefix, ParameterList& out);

 private:
  PatchPooling kind_;
  Index strips_;
  Linear gate_;
};

// Bytes [n, rows * columns]: 1 where the score reaches the threshold, and in every strip at least the best
// patch.
std::vector<std::uint8_t> select_patches(const PatchGrid& grid, Index strips, std::span<const Real> score,
                                         Real threshold);
// Gives every strip without a 1 its best patch by score, in place.
void complete_strips(const PatchGrid& grid, Index strips, std::span<const Real> score,
                     std::span<std::uint8_t> mask);

}  // namespace triptych
