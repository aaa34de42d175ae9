#pragma once
// The gradients of a convolution from any source of the gradient dy of its outputs: one that lies in memory,
// or what the maximum of 2x2 pooling and an activation let through. Both are added to what is there.
#include "kernels/cpu/convolution.h"

namespace triptych::cpu::TRIPTYCH_ISA {

// convolution.cpp
void gradient_by_input(Context&, const ConvolutionShape&, const Source& dy, const float* w, float* dx);
// convolution_weights.cpp; dw or dbias may be null.
void gradient_by_weights(Context&, const ConvolutionShape&, const float* x, const Source& dy, float* dw,
                         float* dbias);

}  // namespace triptych::cpu::TRIPTYCH_ISA
