// C = alpha op(A) op(B) + beta C for any shape. The four combinations of transposes are four pairs of
// sources; the rest is gemm_tile.cuh.
#include "kernels/context.h"
#include "kernels/cuda/cublas.h"
#include "kernels/cuda/host.h"
#include "kernels/cuda/multiply.cuh"

namespace triptych::cuda {

__global__ void sum_parts_kernel(Index n, int columns, int parts, const float* partial, float alpha,
                                 float beta, float* c, Index distance) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    float sum = partial[i];
    for (int p = 1; p < parts; ++p) sum += partial[p * n + i];
    float& to = c[i / columns * distance + i % columns];
    to = beta == 0 ? alpha * sum : fmaf(beta, to, alpha * sum);
  }
}

void gemm(Context& context, Transpose ta, Transpose tb, Index m, Index n, Index k, float alpha,
          const float* a, Index lda, const float* b, Index ldb, float beta, float* c, Index ldc) {
  if (m == 0 || n == 0) return;
  if (context.library_gemm && k > 0)
    return cublas_gemm(context, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  const bool quads_a = whole_quads(a, lda), quads_b = whole_quads(b, ldb);
  const int rows = static_cast<int>(m), columns = static_cast<int>(n);
  const auto with_a = [&](const auto& source_a) {
    if (tb == Transpose::no)
      multiply(context, "gemm", m, n, k, source_a, RowsAcrossK{b, ldb, columns, quads_b}, alpha, beta, c,
               ldc);
    else
      multiply(context, "gemm", m, n, k, source_a, RowsAlongK{b, ldb, columns, quads_b}, alpha, beta, c, ldc);
  };
  if (ta == Transpose::no)
    with_a(RowsAlongK{a, lda, rows, quads_a});
  else
    with_a(RowsAcrossK{a, lda, rows, quads_a});
}

}  // namespace triptych::cuda
