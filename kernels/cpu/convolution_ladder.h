#pragma once
// The convolution of README.md in seven steps, as ladder.h has the GEMM: y = x * w, NHWC, stride 1, no bias,
// on one thread; the number of output channels must be a multiple of 32, so that no step hides its idea
// behind the edges. The real one is convolution.cpp.
#include "kernels/context.h"
#include "kernels/shapes.h"

namespace triptych::cpu {

struct ConvolutionRung {
  const char* name;
  const char* idea;  // one sentence: what this step adds to the one before
  // x [batch, height, width, in_channels], w [kernel_height, kernel_width, in_channels, out_channels],
  // y [batch, out_height, out_width, out_channels]; memory that a step needs is from the context's scratch.
  void (*convolve)(Context&, const ConvolutionShape&, const float* x, const float* w, float* y);
};

constexpr int convolution_rungs = 7;
const ConvolutionRung*
convolution_ladder();  // convolution_rungs of them, for the instruction set of kernels()

}  // namespace triptych::cpu
