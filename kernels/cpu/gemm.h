#pragma once
// Matrix multiplication as four loops around one micro-kernel, and its two halves for kernels that multiply
// by the same matrix many times (a recurrence) and therefore pack it once.
#include "kernels/context.h"
#include "kernels/cpu/blocking.h"
#include "kernels/cpu/microkernel.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {

void gemm(Context&, Transpose ta, Transpose tb, Index m, Index n, Index k, float alpha, const float* a,
          Index lda, const float* b, Index ldb, float beta, float* c, Index ldc);

Blocking blocking(Index k);  // of the tiles that are three registers wide

// op(B), k x n, packed as panels of tile_columns columns, each stored row by row in the order in which the
// micro-kernel reads it; the last panel is padded with zeros.
Index panels_size(Index k, Index n);
void pack_panels(Transpose tb, Index k, Index n, const float* b, Index ldb, float* panels);

// C (+)= A B on the calling thread; A m x k in place, B as panels.
void multiply_panels(Index m, Index n, Index k, const float* a, Index lda, const float* panels,
                     bool accumulate, float* c, Index ldc);

}  // namespace triptych::cpu::TRIPTYCH_ISA
