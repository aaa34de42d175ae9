// The gradients of a convolution by its input and by its weights: two more implicit GEMMs.
#include "kernels/cuda/convolution_sources.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/multiply.cuh"
#include "kernels/cuda/reduce.cuh"
#include "kernels/cuda/table.h"

namespace triptych::cuda {

// dx [input pixels, in_channels] += outputs [input pixels, (r, c, o)] x filter [(r, c, o), in_channels]
void convolution_backward_input(Context& context, const ConvolutionShape& s, const float* dy, const float* w,
                                float* dx) {
  if (!dx || s.pixels() == 0) return;
  const Index pixels = s.batch * s.height * s.width, taps = s.kernel_height * s.kernel_width * s.out_channels;
  const FilterAlongK filter = {w,
                               static_cast<int>(s.in_channels),
                               static_cast<int>(s.out_channels),
                               static_cast<int>(taps),
                               Divisor(s.out_channels),
                               whole_quads(w, s.out_channels)};
  multiply(context, "convolution_backward_input", pixels, s.in_channels, taps, OutputsAlongK(s, dy), filter,
           1, 1, dx, s.in_channels);
}

// dw [patch, out_channels] += patches^T [patch, pixels] x dy [pixels, out_channels]: a small result and a sum
// over all pixels of the batch, so k is split into parts; dbias += the column sums of dy.
void convolution_backward_weights(Context& context, const ConvolutionShape& s, const float* x,
                                  const float* dy, float* dw, float* dbias) {
  if (s.pixels() == 0) return;
  const RowsAcrossK gradients = {dy, s.out_channels, static_cast<int>(s.out_channels),
                                 whole_quads(dy, s.out_channels)};
  if (dw)
    multiply(context, "convolution_backward_weights", s.patch(), s.out_channels, s.pixels(),
             PatchesAcrossK{PatchGeometry(s, x)}, gradients, 1, 1, dw, s.out_channels);
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
