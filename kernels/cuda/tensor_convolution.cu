#include "kernels/cuda/convolution_products.cuh"
#include "kernels/cuda/tensor_products.h"
#include "kernels/cuda/tensor_tile.cuh"

namespace triptych::cuda {
namespace {

template <class Body>
void on_card_with_tensor_cores(Context& context, Body body) {
  if (has_tensor_cores(context, "--gemm tf32 or bf16")) with_tensor_tiles(context, body);
}

}  // namespace

void tensor_convolution_forward(Context& context, const ConvolutionShape& s, const float* x, const float* w,
                                const float* bias, float* y) {
  on_card_with_tensor_cores(context,
                            [&](auto tiles) { forward_product<decltype(tiles)>(context, s, x, w, bias, y); });
}

void tensor_convolution_activation_pool_forward(Context& context, const ConvolutionShape& s,
                                                Activation activation, const float* x, const float* w,
                                                const float* bias, float* y, std::uint8_t* winner) {
  on_card_with_tensor_cores(context, [&](auto tiles) {
    pooled_product<decltype(tiles)>(context, s, activation, x, w, bias, y, winner);
  });
}

void tensor_convolution_backward_input(Context& context, const ConvolutionShape& s, const float* dy,
                                       const float* w, float* dx) {
  on_card_with_tensor_cores(context,
                            [&](auto tiles) { input_product<decltype(tiles)>(context, s, dy, w, dx); });
}

void tensor_convolution_weights(Context& context, const ConvolutionShape& s, const float* x, const float* dy,
                                float* dw) {
  on_card_with_tensor_cores(context,
                            [&](auto tiles) { weights_product<decltype(tiles)>(context, s, x, dy, dw); });
}

}  // namespace triptych::cuda
