// Matrix products: by gemm_tile.cuh, by cuBLAS, or on the tensor cores.
#include "kernels/context.h"
#include "kernels/cuda/cublas.h"
#include "kernels/cuda/gemm_products.cuh"
#include "kernels/cuda/table.h"
#include "kernels/cuda/tensor_products.h"

namespace triptych::cuda {

void gemm(Context& context, Transpose ta, Transpose tb, Index m, Index n, Index k, float alpha,
          const float* a, Index lda, const float* b, Index ldb, float beta, float* c, Index ldc) {
  if (m == 0 || n == 0) return;
  if (context.gemm == Gemm::cublas && k > 0)
    return cublas_gemm(context, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  if (on_tensor_cores(context))
    return tensor_gemm(context, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  gemm_product<FloatTiles>(context, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void linear_forward(Context& context, Index rows, Index out, Index in, const float* x, const float* w,
                    const float* bias, float* y) {
  if (rows == 0 || out == 0) return;
  if (context.gemm == Gemm::cublas && in > 0) {  // which adds to what it finds
    copy_strided(context, {.size = {1, 1, rows, out}, .a = {0, 0, 0, 1}, .b = {0, 0, out, 1}}, false, bias,
                 y);
    return gemm(context, Transpose::no, Transpose::no, rows, out, in, 1, x, in, w, out, 1, y, out);
  }
  if (on_tensor_cores(context)) return tensor_linear_forward(context, rows, out, in, x, w, bias, y);
  linear_product<FloatTiles>(context, rows, out, in, x, w, bias, y);
}

}  // namespace triptych::cuda
