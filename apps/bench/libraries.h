#pragma once
#include "kernels/real.h"

namespace triptych::bench {

// OpenBLAS for comparison: opened at run time when it is installed (package libopenblas0), never linked.
struct OpenBlas {
  // cblas_sgemm(order, transpose a, transpose b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
  void (*sgemm)(int, int, int, int, int, int, float, const float*, int, const float*, int, float, float*,
                int) = nullptr;
  void (*set_threads)(int) = nullptr;

  static OpenBlas open();
  explicit operator bool() const { return sgemm && set_threads; }
  // C = A B, row-major: a [m, k], b [k, n], c [m, n]
  void multiply(Index m, Index n, Index k, const float* a, const float* b, float* c) const;
};

}  // namespace triptych::bench
