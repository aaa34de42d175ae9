// Squared distances between the rows of two matrices as |x|^2 + |y|^2 - 2 x.y: one GEMM and one pass.
#include "kernels/context.h"
#include "kernels/cpu/column_sums.h"
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

void squared_norms(Context& context, Index rows, Index columns, const float* x, float* norms) {
  parallel_for(context, rows, columns, [&](Index i) {
    Floats total = {};
    sweep(0, columns, [&](Index k, auto part) {
      const Floats v = part.get(x + i * columns + k);
      total = v * v + total;
    });
    norms[i] = sum(total);
  });
}

// to[i] += 2 x[i] factor[i]
void add_scaled_rows(Context& context, Index rows, Index columns, const float* x, const float* factor,
                     float* to) {
  parallel_for(context, rows, columns, [&](Index i) {
    sweep(i * columns, (i + 1) * columns, [&](Index at, auto part) {
      part.put(to + at, 2 * factor[i] * part.get(x + at) + part.get(to + at));
    });
  });
}

}  // namespace

void pairwise_distance_forward(Context& context, Index m, Index n, Index k, const float* x, const float* y,
                               float* d) {
  ScratchScope scope(context.scratch);
  float *x_norms = context.scratch.take<float>(m), *y_norms = context.scratch.take<float>(n);
  squared_norms(context, m, k, x, x_norms);
  squared_norms(context, n, k, y, y_norms);
  gemm(context, Transpose::no, Transpose::yes, m, n, k, -2, x, k, y, k, 0, d, n);
  parallel_for(context, m, n, [&](Index i) {
    sweep(0, n, [&](Index j, auto part) {
      float* at = d + i * n + j;
      part.put(at, positive_part(part.get(at) + (x_norms[i] + part.get(y_norms + j))));
    });
  });
}

// dx = 2 (diag(g 1) x - g y), dy = 2 (diag(g^T 1) y - g^T x)
void pairwise_distance_backward(Context& context, Index m, Index n, Index k, const float* x, const float* y,
                                const float* g, float* dx, float* dy) {
  ScratchScope scope(context.scratch);
  float* sums = context.scratch.take<float>(maximum(m, n));
  if (dx) {
    parallel_for(context, m, n, [&](Index i) {
      Floats total = {};
      sweep(0, n, [&](Index j, auto part) { total = total + part.get(g + i * n + j); });
      sums[i] = sum(total);
    });
    add_scaled_rows(context, m, k, x, sums, dx);
    gemm(context, Transpose::no, Transpose::no, m, k, n, -2, g, n, y, k, 1, dx, k);
  }
  if (dy) {
    clear_floats(sums, n);
    add_column_sums(context, m, n, g, sums);
    add_scaled_rows(context, n, k, y, sums, dy);
    gemm(context, Transpose::yes, Transpose::no, n, k, m, -2, g, n, x, k, 1, dy, k);
  }
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
