// The gradients of a convolution by its input and by its weights, from the gradient of its outputs as it lies.
#include "kernels/cpu/convolution_gradients.h"
#include "kernels/cpu/table.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

Pictures outputs_of(const ConvolutionShape& s, const float* dy) {
  return {dy, s.out_height(), s.out_width(), s.out_channels};
}

}  // namespace

void convolution_backward_input(Context& context, const ConvolutionShape& s, const float* dy, const float* w,
                                float* dx) {
  by_input(context, s, outputs_of(s, dy), w, dx);
}

void convolution_backward_weights(Context& context, const ConvolutionShape& s, const float* x,
                                  const float* dy, float* dw, float* dbias) {
  by_weights(context, s, x, outputs_of(s, dy), dw, dbias);
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
