#pragma once
#include <filesystem>
#include <string>

#include "reid/network/convolution_tier.h"
#include "reid/network/pooling_tier.h"
#include "reid/network/recurrent_tier.h"

namespace triptych {

// What one pass through the three tiers gives.
struct NetworkOutput {
  Variable map;        // [n, height, width, channels] tier 1
  Variable patches;    // [n, rows, columns, D]        tier 2
  Variable gate;       // [n, rows, columns]           tier 3's verdict on each patch, as logits
  Variable pooled;     // [n, S D]                     tier 3 before ...
  Variable embedding;  // [n, S D]                     ... and after it was scaled to length 1
};

// The three-tier network. The three branches of the triplet network share every weight, so they are one
// network that a batch holding anchors, positives and negatives passes through once.
class Network {
 public:
  Network(const Device& device, const NetworkOptions& options, std::uint64_t seed);

  // images [n, crop_height, crop_width, 3], normalised.
  NetworkOutput operator()(const Variable& images, const PatchSelection& selection, Mode mode, Random& noise);
  NetworkOutput infer(const Tensor& images, PatchSelection::By by);  // no tape, nothing kept for backward

  const NetworkOptions& options() const { return options_; }
  const Device& device() const { return device_; }
  PatchGrid grid() const { return patch_grid(options_); }
  Index embedding_size() const { return options_.strips * tier2_.outputs(); }
  ParameterList parameters();  // "tier1.block1.convolution.weight", ...

 private:
  Device device_;
  NetworkOptions options_;
  ConvolutionTier tier1_;
  RecurrentTier tier2_;
  PoolingTier tier3_;
};

}  // namespace triptych
