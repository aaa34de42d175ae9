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
// Everything behind the convolution happens in one pass over its output; without batch norm, in the
// convolution's own.
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

// Height, width and channels of what this tier makes of a crop: [26, 11, 64]. An Error when the crop is too
// small.
Shape convolution_tier_output(const NetworkOptions& options);

}  // namespace triptych
