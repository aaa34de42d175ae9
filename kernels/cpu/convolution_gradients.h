#pragma once
// The gradients of a convolution from any source of the gradient dy of its outputs: an array, or the gradient
// of an activation and 2x2 max-pooling, computed when it is read. Both functions add to their results.
#include "kernels/cpu/convolution.h"

namespace triptych::cpu::TRIPTYCH_ISA {

// convolution.cpp
void gradient_by_input(Context&, const ConvolutionShape&, const Source& dy, const float* w, float* dx);
// convolution_weights.cpp; dw or dbias may be null.
void gradient_by_weights(Context&, const ConvolutionShape&, const float* x, const Source& dy, float* dw,
                         float* dbias);

}  // namespace triptych::cpu::TRIPTYCH_ISA
