#pragma once
// The matrix products of the contract, whoever chooses their tiles: FloatTiles, or TensorTiles of
// tensor_tile.cuh.
#include "kernels/context.h"
#include "kernels/cuda/host.h"
#include "kernels/cuda/multiply.cuh"

namespace triptych::cuda {

// C = alpha op(A) op(B) + beta C for any shape. The four combinations of transposes are four pairs of
// sources.
template <class Tiles>
void gemm_product(Context& context, Transpose ta, Transpose tb, Index m, Index n, Index k, float alpha,
                  const float* a, Index lda, const float* b, Index ldb, float beta, float* c, Index ldc) {
  const bool quads_a = whole_quads(a, lda), quads_b = whole_quads(b, ldb);
  const int rows = static_cast<int>(m), columns = static_cast<int>(n);
  const auto with_a = [&](const auto& source_a) {
    if (tb == Transpose::no)
      multiply<Tiles>(context, "gemm", m, n, k, source_a, RowsAcrossK{b, ldb, columns, quads_b}, alpha, beta,
                      c, ldc);
    else
      multiply<Tiles>(context, "gemm", m, n, k, source_a, RowsAlongK{b, ldb, columns, quads_b}, alpha, beta,
                      c, ldc);
  };
  if (ta == Transpose::no)
    with_a(RowsAlongK{a, lda, rows, quads_a});
  else
    with_a(RowsAcrossK{a, lda, rows, quads_a});
}

template <class Tiles>
void linear_product(Context& context, Index rows, Index out, Index in, const float* x, const float* w,
                    const float* bias, float* y) {
  const int m = static_cast<int>(rows), n = static_cast<int>(out);
  Tiles::choose(rows, out, [&](auto shape) {
    multiply_tiles<decltype(shape)>(
        context, "linear_forward", rows, out, in, RowsAlongK{x, in, m, whole_quads(x, in)},
        RowsAcrossK{w, out, n, whole_quads(w, out)}, BiasSink{y, bias, m, n, whole_quads(y, out)});
  });
}

}  // namespace triptych::cuda
