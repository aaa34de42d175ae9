// Step 3, solved.
#include "kernels/reference/reference.h"

namespace triptych::reference {

void gemm(Context&, Transpose ta, Transpose tb, Index m, Index n, Index k, Real alpha, const Real* a,
          Index lda, const Real* b, Index ldb, Real beta, Real* c, Index ldc) {
  const Index a_row = ta == Transpose::yes ? 1 : lda, a_column = ta == Transpose::yes ? lda : 1;
  const Index b_row = tb == Transpose::yes ? 1 : ldb, b_column = tb == Transpose::yes ? ldb : 1;
  for (Index i = 0; i < m; ++i)
    for (Index j = 0; j < n; ++j) {
      double sum = 0;
      for (Index p = 0; p < k; ++p)
        sum += double(a[i * a_row + p * a_column]) * double(b[p * b_row + j * b_column]);
      sum *= alpha;
      if (beta != 0) sum += double(beta) * double(c[i * ldc + j]);
      c[i * ldc + j] = Real(sum);
    }
}

}  // namespace triptych::reference
