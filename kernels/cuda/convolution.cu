// Convolution forward, and its fusion with bias, activation and 2x2 max-pooling.
#include "kernels/cuda/convolution_products.cuh"
#include "kernels/cuda/table.h"
#include "kernels/cuda/tensor_products.h"

namespace triptych::cuda {

void convolution_forward(Context& context, const ConvolutionShape& s, const float* x, const float* w,
                         const float* bias, float* y) {
  if (s.pixels() == 0 || s.out_channels == 0) return;
  if (on_tensor_cores(context)) return tensor_convolution_forward(context, s, x, w, bias, y);
  forward_product<FloatTiles>(context, s, x, w, bias, y);
}

void convolution_activation_pool_forward(Context& context, const ConvolutionShape& s, Activation activation,
                                         const float* x, const float* w, const float* bias, float* y,
                                         std::uint8_t* winner) {
  if (on_tensor_cores(context))
    return tensor_convolution_activation_pool_forward(context, s, activation, x, w, bias, y, winner);
  pooled_product<FloatTiles>(context, s, activation, x, w, bias, y, winner);
}

}  // namespace triptych::cuda
