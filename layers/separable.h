#pragma once
#include "layers/batch_norm.h"
#include "layers/convolution.h"
#include "layers/sequential.h"

namespace triptych {

struct SeparableOptions {
  Index kernel = 3, stride = 1;
};

// A depthwise separable block (Howard et al. 2017): a filter for each channel, then a 1x1 convolution that
// mixes the channels, each followed by batch norm and relu. [n, h, w, in] -> [n, ceil(h / stride), ceil(w /
// stride), out] for odd kernels. "depthwise.weight", "depthwise_norm.gamma", ..., "pointwise.weight",
// "pointwise_norm.gamma", ...
class DepthwiseSeparable : public Sequential {
 public:
  DepthwiseSeparable(const Device& device, Random random, Index in, Index out,
                     const SeparableOptions& options = {}) {
    const Window window{.stride = options.stride, .pad = options.kernel / 2, .groups = in};
    append("depthwise", Convolution2d(device, random.split(0), in, in,
                                      {options.kernel, options.kernel, window, /*bias*/ false}));
    append("depthwise_norm", BatchNorm(device, in));
    append("depthwise_relu", relu);
    append("pointwise", Convolution2d(device, random.split(1), in, out, {1, 1, {}, /*bias*/ false}));
    append("pointwise_norm", BatchNorm(device, out));
    append("pointwise_relu", relu);
  }
};

}  // namespace triptych
