#include "layers/convolution.h"

#include "engine/error.h"
#include "layers/listing.h"

namespace triptych {

Convolution2d::Convolution2d(const Device& device, Random random, Index in, Index out,
                             const ConvolutionOptions& options)
    : window_(options.window) {
  const Index kh = options.kernel_height, kw = options.kernel_width;
  require(in >= 1 && out >= 1 && kh >= 1 && kw >= 1,
          "Convolution2d: {} input and {} output channels with a {} x {} kernel: each must be at least 1", in,
          out, kh, kw);
  require(window_.stride >= 1 && window_.pad >= 0,
          "Convolution2d: stride {} must be at least 1 and padding {} at least 0", window_.stride,
          window_.pad);
  require(
      window_.dilation >= 1 && window_.groups >= 1 && in % window_.groups == 0 && out % window_.groups == 0,
      "Convolution2d: dilation {} must be at least 1, and {} groups must divide {} input and {} output "
      "channels",
      window_.dilation, window_.groups, in, out);
  weight = Parameter(initialise(device, {kh, kw, in / window_.groups, out}, options.weight, random));
  if (options.bias) bias = Parameter(Tensor::zeros(device, {out}), false);
}

Variable Convolution2d::operator()(const Variable& x) {
  return convolution2d(x, use(weight, x), bias_beside(x), window_);
}

Variable Convolution2d::activation_pool(const Variable& x, Activation activation) {
  return convolution2d_activation_pool(x, use(weight, x), bias_beside(x), window_, activation);
}

void Convolution2d::list(const std::string& prefix, ParameterList& out) {
  list_parameter(prefix, "weight", weight, out);
  list_parameter(prefix, "bias", bias, out);
}

// An empty Variable means no bias.
Variable Convolution2d::bias_beside(const Variable& x) {
  return bias.value ? use(bias, x) : Variable();
}

}  // namespace triptych
