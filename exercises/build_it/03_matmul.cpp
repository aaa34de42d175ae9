// Step 3. gemm: the matrix product
//
//   C = alpha op(A) op(B) + beta C        op(A) [m, k], op(B) [k, n], C [m, n]
//
// op transposes or not, as ta and tb say. lda, ldb, ldc are the distances between the rows as they are
// STORED (a transposed matrix is stored as [k, m]), and may be larger than a row. With beta = 0, C is not
// read: it may hold NaN. Sum in double and round once at the end; the demo's table is then the engine's to
// the last digit.
//
// Hint: where in memory is op(A)[i, p] when ta is yes? Write that down first; the loops are then those of
// the definition.
#include "engine/error.h"
#include "kernels/reference/reference.h"

namespace triptych::reference {

void gemm(Context&, Transpose ta, Transpose tb, Index m, Index n, Index k, Real alpha, const Real* a,
          Index lda, const Real* b, Index ldb, Real beta, Real* c, Index ldc) {
  fail("step 3 is not written yet: exercises/build_it/03_matmul.cpp");
}

}  // namespace triptych::reference
