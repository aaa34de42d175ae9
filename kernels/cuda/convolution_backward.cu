// The gradients of a convolution by its input and by its weights: two more implicit GEMMs.
#include "kernels/cuda/convolution_products.cuh"
#include "kernels/cuda/reduce.cuh"
#include "kernels/cuda/table.h"
#include "kernels/cuda/tensor_products.h"

namespace triptych::cuda {

void convolution_backward_input(Context& context, const ConvolutionShape& s, const float* dy, const float* w,
                                float* dx) {
  if (!dx || s.pixels() == 0) return;
  if (on_tensor_cores(context)) return tensor_convolution_backward_input(context, s, dy, w, dx);
  input_product<FloatTiles>(context, s, dy, w, dx);
}

// And dbias += the column sums of dy.
void convolution_backward_weights(Context& context, const ConvolutionShape& s, const float* x,
                                  const float* dy, float* dw, float* dbias) {
  if (s.pixels() == 0) return;
  if (dw && on_tensor_cores(context))
    tensor_convolution_weights(context, s, x, dy, dw);
  else if (dw)
    weights_product<FloatTiles>(context, s, x, dy, dw);
  add_column_sums(context, "convolution_backward_weights (bias)", s.pixels(), s.out_channels, dy, dbias);
}

// Three of four elements of dz are 0, but the 32 channels of a warp have their winners at different pixels,
// so there is no product that all its threads could skip. dz is therefore stored in scratch memory and passed
// to the kernels above.
void convolution_activation_pool_backward(Context& context, const ConvolutionShape& s, Activation activation,
                                          const float* x, const float* w, const float* y,
                                          const std::uint8_t* winner, const float* dy, float* dx, float* dw,
                                          float* dbias) {
  Workspace scratch(context);
  float* dz = scratch.take<float>(s.pixels() * s.out_channels);
  if (!dz) return;
  activation_pool_backward(context, s, activation, y, winner, dy, dz);
  convolution_backward_input(context, s, dz, w, dx);
  if (dw || dbias) convolution_backward_weights(context, s, x, dz, dw, dbias);
}

}  // namespace triptych::cuda
