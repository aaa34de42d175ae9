#include "reid/network/whitening.h"

#include <cmath>

namespace triptych {
namespace {

// Lower triangle [n, n] of the mean of x x^T over the rows' columns `first` ... `first + n`.
std::vector<double> covariance(std::span<const double> rows, std::size_t size, std::size_t first,
                               std::size_t n) {
  std::vector<double> c(n * n);
  const std::size_t count = rows.size() / size;
  for (std::size_t row = 0; row < count; ++row) {
    const double* x = rows.data() + row * size + first;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j <= i; ++j) c[i * n + j] += x[i] * x[j] / static_cast<double>(count);
  }
  return c;
}

// L with L L^T = a, in place in a's lower triangle. Row by row (Cholesky-Banachiewicz).
void cholesky(std::vector<double>& a, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i == j ? std::sqrt(sum) : sum / a[j * n + j];
    }
}

// L^-1 of a lower triangle, column by column: L w = unit vector j.
std::vector<double> inverse_of_triangle(const std::vector<double>& l, std::size_t n) {
  std::vector<double> w(n * n);
  for (std::size_t j = 0; j < n; ++j)
    for (std::size_t i = j; i < n; ++i) {
      double sum = i == j ? 1 : 0;
      for (std::size_t k = j; k < i; ++k) sum -= l[i * n + k] * w[k * n + j];
      w[i * n + j] = sum / l[i * n + i];
    }
  return w;
}

}  // namespace

std::vector<double> Whitening::times(std::span<const double> x) const {
  std::vector<double> y(x.size());
  const auto n = static_cast<std::size_t>(width);
  for (std::size_t k = 0; k < y.size(); ++k) {
    const std::size_t first = k / n * n;  // of the strip
    for (std::size_t j = first; j <= k; ++j) y[k] += static_cast<double>(w[k * n + j - first]) * x[j];
  }
  return y;
}

std::vector<double> Whitening::transposed_times(std::span<const double> x) const {
  std::vector<double> y(x.size());
  const auto n = static_cast<std::size_t>(width);
  for (std::size_t k = 0; k < y.size(); ++k) {
    const std::size_t first = k / n * n;
    for (std::size_t j = first; j <= k; ++j) y[j] += static_cast<double>(w[k * n + j - first]) * x[k];
  }
  return y;
}

Whitening fit_whitening(std::span<const double> rows, Index strips, Index width, double ridge) {
  Whitening whitening{strips, width, {}};
  const auto n = static_cast<std::size_t>(width), size = static_cast<std::size_t>(strips) * n;
  for (std::size_t first = 0; first < size; first += n) {
    std::vector<double> c = covariance(rows, size, first, n);
    double trace = 0;
    for (std::size_t i = 0; i < n; ++i) trace += c[i * n + i];
    for (std::size_t i = 0; i < n; ++i)
      c[i * n + i] = trace > 0 ? c[i * n + i] + ridge * trace / static_cast<double>(n) : 1;
    cholesky(c, n);
    for (const double w : inverse_of_triangle(c, n)) whitening.w.push_back(static_cast<Real>(w));
  }
  return whitening;
}

}  // namespace triptych
