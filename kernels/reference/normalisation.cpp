#include <algorithm>
#include <cmath>

#include "kernels/reference/reference.h"
#include "kernels/reference/sums.h"

namespace triptych::reference {

// y = x / max(|x|, epsilon) for each row
void l2_normalise_forward(Context&, Index rows, Index columns, Real epsilon, const Real* x, Real* y,
                          Real* norm) {
  for (Index i = 0; i < rows; ++i) {
    double sum = 0, largest = 0;
    for (Index j = 0; j < columns; ++j) {
      sum += double(x[i * columns + j]) * x[i * columns + j];
      largest = std::max(largest, std::abs(double(x[i * columns + j])));
    }
    double length = std::sqrt(sum);
    if (largest > 0 && std::isfinite(largest) && !(sum > 1e-280 && sum < 1e280)) {  // only with Real = double
      sum = 0;
      for (Index j = 0; j < columns; ++j) sum += std::pow(x[i * columns + j] / largest, 2);
      length = largest * std::sqrt(sum);
    }
    norm[i] = static_cast<Real>(length);
    for (Index j = 0; j < columns; ++j)
      y[i * columns + j] = static_cast<Real>(x[i * columns + j] / std::max(length, double(epsilon)));
  }
}

// dx += (dy - y (y . dy)) / norm: the component along y only changes the length, which the forward pass
// removes
void l2_normalise_backward(Context&, Index rows, Index columns, Real epsilon, const Real* y, const Real* norm,
                           const Real* dy, Real* dx) {
  for (Index i = 0; dx && i < rows; ++i) {
    // Then the forward pass divides by the constant epsilon. False for NaN, which propagates.
    const bool short_row = norm[i] <= epsilon;
    double along = 0;
    for (Index j = 0; j < columns; ++j) along += double(y[i * columns + j]) * dy[i * columns + j];
    for (Index j = 0; j < columns; ++j) {
      const Index at = i * columns + j;
      const double gradient = short_row ? dy[at] / double(epsilon) : (dy[at] - y[at] * along) / norm[i];
      dx[at] = static_cast<Real>(dx[at] + gradient);
    }
  }
}

// In two passes: the one-pass formula mean(x^2) - mean(x)^2 cancels when the mean is large.
void batch_norm_statistics(Context&, Index rows, Index channels, const Real* x, Real* mean, Real* variance) {
  for (Index ch = 0; ch < channels; ++ch) {
    double sum = 0, squares = 0;
    for (Index i = 0; i < rows; ++i) sum += x[i * channels + ch];
    const double m = sum / double(rows);
    for (Index i = 0; i < rows; ++i) squares += (x[i * channels + ch] - m) * (x[i * channels + ch] - m);
    mean[ch] = static_cast<Real>(m);
    variance[ch] = static_cast<Real>(squares / double(rows));
  }
}

// running = keep running + share batch
void batch_norm_track(Context&, Index channels, Real keep, Real mean_share, Real variance_share,
                      const Real* mean, const Real* variance, Real* running_mean, Real* running_variance) {
  for (Index ch = 0; ch < channels; ++ch) {
    running_mean[ch] = static_cast<Real>(double(keep) * running_mean[ch] + double(mean_share) * mean[ch]);
    running_variance[ch] =
        static_cast<Real>(double(keep) * running_variance[ch] + double(variance_share) * variance[ch]);
  }
}

// y = gamma (x - mean) / sqrt(variance + epsilon) + beta
void batch_norm_forward(Context&, Index rows, Index channels, Real epsilon, const Real* x, const Real* mean,
                        const Real* variance, const Real* gamma, const Real* beta, Real* y) {
  for (Index i = 0; i < rows; ++i)
    for (Index ch = 0; ch < channels; ++ch) {
      const double deviation = std::sqrt(double(variance[ch]) + epsilon);
      const double xhat = (double(x[i * channels + ch]) - mean[ch]) / deviation;
      y[i * channels + ch] = static_cast<Real>(gamma[ch] * xhat + beta[ch]);
    }
}

// dbeta += sum dy;  dgamma += sum dy xhat;  dx += gamma / deviation (dy - mean(dy) - xhat mean(dy xhat))
void batch_norm_backward(Context&, Index rows, Index channels, Real epsilon, const Real* x, const Real* mean,
                         const Real* variance, const Real* gamma, const Real* dy, Real* dx, Real* dgamma,
                         Real* dbeta) {
  for (Index ch = 0; ch < channels; ++ch) {
    const double deviation = std::sqrt(double(variance[ch]) + epsilon);
    const auto xhat = [&](Index i) { return (double(x[i * channels + ch]) - mean[ch]) / deviation; };
    double sum_dy = 0, sum_dy_xhat = 0;
    for (Index i = 0; i < rows; ++i) {
      sum_dy += dy[i * channels + ch];
      sum_dy_xhat += dy[i * channels + ch] * xhat(i);
    }
    if (dbeta) dbeta[ch] = static_cast<Real>(dbeta[ch] + sum_dy);
    if (dgamma) dgamma[ch] = static_cast<Real>(dgamma[ch] + sum_dy_xhat);
    for (Index i = 0; dx && i < rows; ++i) {
      const Index at = i * channels + ch;
      const double centred = dy[at] - sum_dy / double(rows) - xhat(i) * sum_dy_xhat / double(rows);
      dx[at] = static_cast<Real>(dx[at] + gamma[ch] / deviation * centred);
    }
  }
}

// y = (x - mean) / sqrt(variance + epsilon) of each row; scale = 1 / sqrt(variance + epsilon)
void layer_norm_forward(Context&, Index rows, Index columns, Real epsilon, const Real* x, Real* y,
                        Real* scale) {
  for (Index i = 0; i < rows; ++i) {
    const Real* row = x + i * columns;
    double mean = 0, variance = 0;
    for (Index j = 0; j < columns; ++j) mean += double(row[j]) / double(columns);
    for (Index j = 0; j < columns; ++j) variance += (row[j] - mean) * (row[j] - mean) / double(columns);
    const double factor = 1 / std::sqrt(variance + epsilon);
    for (Index j = 0; j < columns; ++j) y[i * columns + j] = static_cast<Real>((row[j] - mean) * factor);
    scale[i] = static_cast<Real>(factor);
  }
}

// dx += scale (dy - mean(dy) - y mean(dy y))
void layer_norm_backward(Context&, Index rows, Index columns, const Real* y, const Real* scale,
                         const Real* dy, Real* dx) {
  for (Index i = 0; dx && i < rows; ++i) {
    double mean = 0, along = 0;
    for (Index j = i * columns; j < (i + 1) * columns; ++j)
      mean += dy[j] / double(columns), along += double(dy[j]) * y[j] / double(columns);
    for (Index j = i * columns; j < (i + 1) * columns; ++j)
      dx[j] = static_cast<Real>(dx[j] + scale[i] * (dy[j] - mean - y[j] * along));
  }
}

}  // namespace triptych::reference
