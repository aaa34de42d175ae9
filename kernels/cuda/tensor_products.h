#pragma once
// --gemm tf32 and bf16: the products of layers on tensor cores. Each function does what the one without
// `tensor_` does. Distances and patch matching, which decide ranks, stay in float.
//
// tensor_*.cu are compiled for compute capability 8.0 and newer (cuda.mk); an older card, which can use all
// the rest of this folder, gets an error that says so.
#include "kernels/context.h"
#include "kernels/cuda/host.h"
#include "kernels/kernels.h"

namespace triptych::cuda {

inline bool on_tensor_cores(const Context& context) {
  return context.gemm == Gemm::tf32 || context.gemm == Gemm::bf16;
}
// Whether the context's card has them; if not, and unless there was an error before, `what` is in the error.
bool has_tensor_cores(Context& context, const char* what);

void tensor_gemm(Context& context, Transpose ta, Transpose tb, Index m, Index n, Index k, float alpha,
                 const float* a, Index lda, const float* b, Index ldb, float beta, float* c, Index ldc);
void tensor_linear_forward(Context& context, Index rows, Index out, Index in, const float* x, const float* w,
                           const float* bias, float* y);
void tensor_convolution_forward(Context& context, const ConvolutionShape& s, const float* x, const float* w,
                                const float* bias, float* y);
void tensor_convolution_activation_pool_forward(Context& context, const ConvolutionShape& s,
                                                Activation activation, const float* x, const float* w,
                                                const float* bias, float* y, std::uint8_t* winner);
void tensor_convolution_backward_input(Context& context, const ConvolutionShape& s, const float* dy,
                                       const float* w, float* dx);
void tensor_convolution_weights(Context& context, const ConvolutionShape& s, const float* x, const float* dy,
                                float* dw);

}  // namespace triptych::cuda
