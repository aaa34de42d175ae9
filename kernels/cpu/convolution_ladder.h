#pragma once
// The convolution of README.md in seven steps, like the GEMM of ladder.h: y = x * w, NHWC, stride 1, no bias,
// on one thread. The number of output channels must be a multiple of 32, so that no step needs code for
// edges. The production kernel is convolution.cpp.
#include "kernels/context.h"
#include "kernels/shapes.h"

namespace triptych::cpu {

struct ConvolutionRung {
  const char* name;
  const char* idea;  // one sentence: what this step adds to the previous one
  // x [batch, height, width, in_channels], w [kernel_height, kernel_width, in_channels, out_channels],
  // y [batch, out_height, out_width, out_channels]; scratch memory comes from the context.
  void (*convolve)(Context&, const ConvolutionShape&, const float* x, const float* w, float* y);
};

constexpr int convolution_rungs = 7;
// `convolution_rungs` of them, for the instruction set of kernels().
const ConvolutionRung* convolution_ladder();

}  // namespace triptych::cpu
