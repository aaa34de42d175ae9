#include "kernels/reference/reference.h"

namespace triptych::reference {

// y[i, j] = sum_p x[i, p] w[p, j] + bias[j]
void linear_forward(Context&, Index rows, Index out, Index in, const Real* x, const Real* w, const Real* bias,
                    Real* y) {
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < out; ++j) {
      double sum = bias[j];
      for (Index p = 0; p < in; ++p) sum += double(x[i * in + p]) * w[p * out + j];
      y[i * out + j] = static_cast<Real>(sum);
    }
}

// C = alpha op(A) op(B) + beta C
void gemm(Context&, Transpose ta, Transpose tb, Index m, Index n, Index k, Real alpha, const Real* a,
          Index lda, const Real* b, Index ldb, Real beta, Real* c, Index ldc) {
  for (Index i = 0; i < m; ++i)
    for (Index j = 0; j < n; ++j) {
      double sum = 0;
      for (Index p = 0; p < k; ++p) {
        const double a_ip = ta == Transpose::no ? a[i * lda + p] : a[p * lda + i];
        const double b_pj = tb == Transpose::no ? b[p * ldb + j] : b[j * ldb + p];
        sum += a_ip * b_pj;
      }
      Real& c_ij = c[i * ldc + j];
      const double before = beta == 0 ? 0 : double(beta) * c_ij;  // not 0 * C: C may hold NaN
      c_ij = static_cast<Real>(alpha * sum + before);
    }
}

// d[i, j] = sum_k (x[i, k] - y[j, k])^2
void pairwise_distance_forward(Context&, Index m, Index n, Index k, const Real* x, const Real* y, Real* d) {
  for (Index i = 0; i < m; ++i)
    for (Index j = 0; j < n; ++j) {
      double sum = 0;
      for (Index p = 0; p < k; ++p) {
        const double difference = double(x[i * k + p]) - y[j * k + p];
        sum += difference * difference;
      }
      d[i * n + j] = static_cast<Real>(sum);
    }
}

// dx[i] += 2 sum_j g[i, j] (x[i] - y[j]);  dy[j] += 2 sum_i g[i, j] (y[j] - x[i])
void pairwise_distance_backward(Context&, Index m, Index n, Index k, const Real* x, const Real* y,
                                const Real* g, Real* dx, Real* dy) {
  for (Index i = 0; dx && i < m; ++i)
    for (Index p = 0; p < k; ++p) {
      double sum = 0;
      for (Index j = 0; j < n; ++j) sum += g[i * n + j] * (double(x[i * k + p]) - y[j * k + p]);
      dx[i * k + p] = static_cast<Real>(dx[i * k + p] + 2 * sum);
    }
  for (Index j = 0; dy && j < n; ++j)
    for (Index p = 0; p < k; ++p) {
      double sum = 0;
      for (Index i = 0; i < m; ++i) sum += g[i * n + j] * (double(y[j * k + p]) - x[i * k + p]);
      dy[j * k + p] = static_cast<Real>(dy[j * k + p] + 2 * sum);
    }
}

}  // namespace triptych::reference
