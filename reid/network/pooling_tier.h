#pragma once
#include <optional>
#include <string>

#include "layers/linear.h"
#include "reid/network/context_gate.h"
#include "reid/network/recurrent_tier.h"
#include "reid/options.h"

namespace triptych {

// Which patches are pooled.
struct PatchSelection {
  enum class By {
    everything,  // every patch: before the first E step
    labels,      // the EM loop's V, in training
    gate         // those that the patch gate selects: for images without labels V
  };
  By by = By::everything;
  Tensor labels = {};  // bytes [n, rows, columns], with By::labels: at least one 1 in every strip
  Tensor shares = {};  // reals [n, rows, columns], with By::labels: how much of each patch is visible, for
                       // strip_shares; none: the labels
};

// w_s, the visible share of each strip: the mean over its patches of the labels' shares, of the gate's
// probabilities, or 1, according to the selection; [n, S], at least 0.001, so that some strip always counts.
Tensor strip_shares(const Tensor& gate_logits, const PatchSelection& selection, Index strips);

// The weight of each patch in tier 3's pooling, [n, rows, columns]: 1 or 0 according to the selection, with
// gate pooling times the gate's probability. `gate_logits` [n, rows, columns] are read with By::gate.
Tensor patch_weights(PatchPooling kind, const Tensor& gate_logits, const PatchSelection& selection,
                     Index strips);

// Tier 3: the selected patches of each of S horizontal strips are pooled, the strips concatenated, and the
// whole scaled to length 1: patches [n, rows, columns, D] -> embedding [n, S D].
//
// The patch gate is a linear unit on each patch vector, trained to predict the EM loop's V without the
// identity label; with GateKind::context it reads the feature map as well (context_gate.h). Its input is
// detached: the gate's loss must not shape the patch features.
class PoolingTier {
 public:
  PoolingTier(const Device& device, Random random, const NetworkOptions& options, Index patch_width);

  // map [n, height, width, channels] of tier 1, patches [n, rows, columns, D] -> logits [n, rows, columns]
  Variable gate(const Variable& map, const Variable& patches);
  // [n, S D], before normalisation. `gate_logits` are read with By::gate and by gate-weighted pooling.
  Variable pool(const Variable& patches, const Variable& gate_logits, const PatchSelection& selection) const;
  void list(const std::string& prefix, ParameterList& out);

 private:
  PatchPooling kind_;
  Index strips_;
  Linear gate_;
  std::optional<ContextGate> context_;
};

// Bytes [n, rows * columns]: 1 where the score reaches the threshold, and for the best patch of every strip.
std::vector<std::uint8_t> select_patches(const PatchGrid& grid, Index strips, std::span<const Real> score,
                                         Real threshold);
// Sets the best patch by score in every strip without a 1, in place.
void complete_strips(const PatchGrid& grid, Index strips, std::span<const Real> score,
                     std::span<std::uint8_t> mask);

}  // namespace triptych
