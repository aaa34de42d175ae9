#include "reid/network/convolution_tier.h"

#include "engine/error.h"

namespace triptych {

ConvolutionTier::ConvolutionTier(const Device& device, Random random, const NetworkOptions& options)
    : activation_(options.activation) {
  Index in = 3;
  for (const Index out : options.channels) {
    ConvolutionOptions convolution;
    convolution.kernel_height = convolution.kernel_width = options.kernel;
    convolution.window = {1, options.kernel / 2};
    convolution.bias = !options.batch_norm;
    convolution.weight.scale = gain_of(options.activation);
    blocks_.push_back(
        {Convolution2d(device, random.split(blocks_.size()), in, out, convolution), std::nullopt});
    if (options.batch_norm) blocks_.back().norm.emplace(device, out);
    in = out;
  }
}

Variable ConvolutionTier::operator()(Variable x, Mode mode) {
  for (Block& block : blocks_)
    x = block.norm ? block.norm->activation_pool(block.convolution(x), activation_, mode)
                   : block.convolution.activation_pool(x, activation_);
  return x;
}

void ConvolutionTier::list(const std::string& prefix, ParameterList& out) {
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const std::string block = prefix + ".block" + std::to_string(i + 1);
    blocks_[i].convolution.list(block + ".convolution", out);
    if (blocks_[i].norm) blocks_[i].norm->list(block + ".norm", out);
  }
}

Shape convolution_tier_output(const NetworkOptions& options) {
  Index height = options.crop_height, width = options.crop_width;
  for (std::size_t i = 0; i < options.channels.size(); ++i) height /= 2, width /= 2;
  require(height >= 1 && width >= 1,
          "a crop of {} x {} is too small for {} blocks that each halve it; see --crop-height, "
          "--crop-width and --channels",
          options.crop_height, options.crop_width, options.channels.size());
  return {height, width, options.channels.back()};
}

}  // namespace triptych
