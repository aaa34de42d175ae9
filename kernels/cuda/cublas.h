#pragma once
// NVIDIA's GEMM, which `--gemm cublas` selects instead of the kernels' own. The library is large and is
// loaded at its first use; no source here needs its headers.
#include "kernels/cuda/host.h"

namespace triptych::cuda {

// As Kernels::gemm, for k > 0. A missing library, or an error status, is an error of the context.
void cublas_gemm(Context& context, Transpose ta, Transpose tb, Index m, Index n, Index k, float alpha,
                 const float* a, Index lda, const float* b, Index ldb, float beta, float* c, Index ldc);

// Destroys the handle of a context (library_of), before its stream is destroyed.
void close_cublas(void* handle);

}  // namespace triptych::cuda
