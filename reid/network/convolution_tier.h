#pragma once
#include <optional>
#include <string>
#include <vector>

#include "layers/batch_norm.h"
#include "layers/convolution.h"
#include "reid/options.h"

namespace triptych {

// Tier 1, the CNN: blocks of convolution (stride 1, keeping the size), batch norm, activation, 2x2
// max-pooling.
//   images [n, 210, 95, 3] -> [n, 26, 11, 64] with the default three blocks of 16, 32 and 64 channels
// Norm, activation and pooling are fused into one pass over the convolution's output; without batch norm they
// are fused into the convolution itself.
class ConvolutionTier {
 public:
  ConvolutionTier(const Device& device, Random random, const NetworkOptions& options);

  Variable operator()(Variable x, Mode mode);
  void list(const std::string& prefix, ParameterList& out);

 private:
  struct Block {
    Convolution2d convolution;
    std::optional<BatchNorm> norm;
  };
  std::vector<Block> blocks_;
  Activation activation_;
};

// Height, width and channels of the feature map of a crop, [26, 11, 64] by default. An Error if the crop is
// too small.
Shape convolution_tier_output(const NetworkOptions& options);

}  // namespace triptych
