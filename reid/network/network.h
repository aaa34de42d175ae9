#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "layers/batch_norm.h"
#include "reid/network/convolution_tier.h"
#include "reid/network/pooling_tier.h"
#include "reid/network/recurrent_tier.h"
#include "reid/temporal/temporal_tier.h"

namespace triptych {

// The outputs of the three tiers; with --temporal n is the number of frames up to tier 3, and that of
// sequences from `pooled` on.
struct NetworkOutput {
  Variable map;        // [n, height, width, channels] tier 1
  Variable cells;      // [n, rows, columns, D]        tier 2, before the recurrence
  Variable patches;    // [n, rows, columns, D]        tier 2
  Variable gate;       // [n, rows, columns]           tier 3: logits of the patch gate
  Variable pooled;     // [n, S D]                     tier 3, before normalisation
  Variable strips;     // [n, S, D]                    tier 3, each of length 1; with --unit-strips alone
  Variable neck;       // [n, S D]                     after the neck's batch norm; with --neck bn alone
  Variable embedding;  // [n, S D]                     of length 1; with a neck before it in training, after
                       //                              it in inference
  Tensor visible;      // [n, S] w_s, the visible share of each strip; with --visible alone
};

// How a distance counts only what both images show. With unit strips f_s and their visible shares w_s,
//   c(x, y) = sum over s of w_s(x) w_s(y) f_s(x).f_s(y) / sum over s of w_s(x) w_s(y)
// is the weighted mean of the strips' cosines, and d = 2 - 2 c the weighted mean of their squared distances.
// An embedding is e = (w_s f_s) / |w|, so c(x, y) = e(x).e(y) |w(x)| |w(y)| / w(x).w(y). These are the
// factors of e(x).e(y): a [n, S], b [m, S] -> [n, m], 1 where two images show the same and more otherwise.
Tensor visible_factor(const Tensor& a, const Tensor& b);

// The three-tier network. The branches of the triplet network share all weights, so one forward pass over a
// batch of anchors, positives and negatives replaces three.
class Network {
 public:
  Network(const Device& device, const NetworkOptions& options, std::uint64_t seed);

  // images [n, crop_height, crop_width, 3], normalised.
  NetworkOutput operator()(const Variable& images, const PatchSelection& selection, Mode mode, Random& noise);
  // The same in two steps: everything that does not depend on the selection, and the rest of it. With
  // --temporal so many consecutive images are the frames of one sequence.
  NetworkOutput read(const Variable& images, Mode mode, Random& noise);
  void pool(NetworkOutput& out, const PatchSelection& selection, Mode mode, Index frames = 1);
  // With --temporal, for a sequence of any length: the frames pooled one by one, [frames, S D]; and of these,
  // if they are those of one sequence, its embedding.
  Tensor pool_frames(const Tensor& images, PatchSelection::By by);
  NetworkOutput infer_sequence(const Tensor& pooled);
  NetworkOutput infer(const Tensor& images, PatchSelection::By by);  // without a tape
  NetworkOutput infer(const Tensor& images, const PatchSelection& selection);

  // --rnn attention only: how much row i of each column of patches reads of row j;
  // [n, columns, heads, rows, rows]. An Error for other networks.
  Tensor attention(const Tensor& images);

  const NetworkOptions& options() const { return options_; }
  const Device& device() const { return device_; }
  PatchGrid grid() const { return patch_grid(options_); }
  Index patch_size() const { return tier2_.outputs(); }  // D
  Index embedding_size() const { return options_.strips * patch_size(); }
  ParameterList parameters();  // "tier1.block1.convolution.weight", ...

 private:
  Device device_;
  NetworkOptions options_;
  ConvolutionTier tier1_;
  RecurrentTier tier2_;
  PoolingTier tier3_;
  std::unique_ptr<TemporalTier> temporal_;
  std::unique_ptr<BatchNorm> neck_;

  void embed(NetworkOutput& out, const PatchSelection& selection, Mode mode);
};

}  // namespace triptych
