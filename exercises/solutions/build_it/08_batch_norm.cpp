// Step 8, solved.
#include <cmath>

#include "kernels/reference/reference.h"

namespace triptych::reference {

void batch_norm_statistics(Context&, Index rows, Index channels, const Real* x, Real* mean, Real* variance) {
  for (Index ch = 0; ch < channels; ++ch) {
    double sum = 0, squares = 0;
    for (Index i = 0; i < rows; ++i) sum += x[i * channels + ch];
    const double middle = sum / double(rows);
    for (Index i = 0; i < rows; ++i) {
      const double away = x[i * channels + ch] - middle;
      squares += away * away;
    }
    mean[ch] = Real(middle);
    variance[ch] = Real(squares / double(rows));
  }
}

void batch_norm_forward(Context&, Index rows, Index channels, Real epsilon, const Real* x, const Real* mean,
                        const Real* variance, const Real* gamma, const Real* beta, Real* y) {
  for (Index k = 0; k < rows * channels; ++k) {
    const Index ch = k % channels;
    const double xhat = (double(x[k]) - mean[ch]) / std::sqrt(double(variance[ch]) + epsilon);
    y[k] = Real(gamma[ch] * xhat + beta[ch]);
  }
}

void batch_norm_backward(Context&, Index rows, Index channels, Real epsilon, const Real* x, const Real* mean,
                         const Real* variance, const Real* gamma, const Real* dy, Real* dx, Real* dgamma,
                         Real* dbeta) {
  for (Index ch = 0; ch < channels; ++ch) {
    const double deviation = std::sqrt(double(variance[ch]) + epsilon);
    double total = 0, along = 0;  // sum dy, sum dy xhat
    for (Index k = ch; k < rows * channels; k += channels) {
      total += dy[k];
      along += dy[k] * ((double(x[k]) - mean[ch]) / deviation);
    }
    if (dbeta) dbeta[ch] = Real(dbeta[ch] + total);
    if (dgamma) dgamma[ch] = Real(dgamma[ch] + along);
    if (!dx) continue;
    for (Index k = ch; k < rows * channels; k += channels) {
      const double xhat = (double(x[k]) - mean[ch]) / deviation;
      dx[k] =
          Real(dx[k] + gamma[ch] / deviation * (dy[k] - total / double(rows) - xhat * along / double(rows)));
    }
  }
}

}  // namespace triptych::reference
