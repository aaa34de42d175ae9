#pragma once
#include <numbers>
#include <string>

#include "engine/ops.h"
#include "layers/initialise.h"

namespace triptych {

struct ConvolutionOptions {
  Index kernel_height = 5, kernel_width = 5;
  Window window = {1, 2};  // stride, zero padding on all four sides, dilation, groups
  bool bias = true;        // off before a batch norm, whose beta does the same
  InitRule weight = {Init::kaiming_uniform, std::numbers::sqrt2};  // for relu
};

// y[n, i, j, o] = b[o] + sum over r, c, ch of x[n, i stride + r - pad, j stride + c - pad, ch] w[r, c, ch, o]
// [n, h, w, in] -> [n, (h + 2 pad - kh) / stride + 1, (w + 2 pad - kw) / stride + 1, out]; dilation and
// groups as convolution2d has them. The bias begins at 0.
class Convolution2d {
 public:
  Convolution2d(const Device& device, Random random, Index in, Index out,
                const ConvolutionOptions& options = {});

  Variable operator()(const Variable& x);
  // Convolution, activation (all but gelu) and 2x2 max-pooling in one pass: half the height and width; the
  // full-resolution image is never stored.
  Variable activation_pool(const Variable& x, Activation activation);
  void list(const std::string& prefix, ParameterList& out);  // "weight", "bias"

  Parameter weight;  // [kernel_height, kernel_width, in / groups, out]
  Parameter bias;    // [out]; without a value when options.bias is false

 private:
  Variable bias_beside(const Variable& x);

  Window window_;
};

}  // namespace triptych
