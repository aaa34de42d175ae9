#pragma once
// NVIDIA's own GEMM, which `--gemm cublas` chooses in place of ours. The library is large, and is loaded only
// when it is asked for; nothing here needs its headers.
#include "kernels/cuda/host.h"

namespace triptych::cuda {

// As Kernels::gemm, for k > 0. A missing library, or one that refuses, is an error of the context.
void cublas_gemm(Context& context, Transpose ta, Transpose tb, Index m, Index n, Index k, float alpha,
                 const float* a, Index lda, const float* b, Index ldb, float beta, float* c, Index ldc);

// Forgets what cuBLAS keeps for a stream, before the stream is destroyed.
void close_cublas(cudaStream_t stream);

}  // namespace triptych::cuda
