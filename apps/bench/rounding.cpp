#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "apps/bench/stopwatch.h"
#include "engine/error.h"
#include "kernels/kernels.h"

// What --gemm tf32 and bf16 cost in precision: products of random numbers against the same in double.
namespace triptych::bench {
namespace {

// The error of a rounded factor is at most u of it, of a product 2 u + u^2, and of a sum of k of them in
// float k / 2^24 more, all of them as parts of sum |a| |b|.
double bound(double u, Index k) {
  const double products = 2 * u + u * u;
  return products + static_cast<double>(k) * 0x1p-24 * (1 + products);
}

// The largest |c - exact| / sum |a| |b| of c = a b, and their root of the mean square.
struct Errors {
  double largest = 0, typical = 0;
};
Errors errors_of(const Device& device, Index m, Index n, Index k) {
  const Tensor a = random_tensor(device, {m, k}), b = random_tensor(device, {k, n}), c(device, {m, n});
  device.kernels().gemm(device.context(), Transpose::no, Transpose::no, m, n, k, 1, a.real(), k, b.real(), n,
                        0, c.real(), n);
  device.synchronise();
  const std::vector<Real> left = a.values(), right = b.values(), product = c.values();
  Errors errors;
  for (Index i = 0; i < m; ++i)
    for (Index j = 0; j < n; ++j) {
      double exact = 0, size = 0;
      for (Index p = 0; p < k; ++p) {
        const double term = static_cast<double>(left[static_cast<std::size_t>(i * k + p)]) *
                            static_cast<double>(right[static_cast<std::size_t>(p * n + j)]);
        exact += term, size += std::abs(term);
      }
      const double error =
          std::abs(static_cast<double>(product[static_cast<std::size_t>(i * n + j)]) - exact) / size;
      errors.largest = std::max(errors.largest, error);
      errors.typical += error * error / static_cast<double>(m * n);
    }
  errors.typical = std::sqrt(errors.typical);
  return errors;
}

}  // namespace

void measure_rounding(const Device& device) {
  constexpr Index m = 64, n = 64;
  const struct {
    const char* gemm;
    double u;  // half a unit of the last digit that the factors keep
  } kinds[] = {{"own", 0}, {"tf32", 0x1p-11}, {"bf16", 0x1p-8}};
  fmt::print("{} x {} products of random numbers in -1 .. 1: |c - exact| / sum |a||b|\n", m, n);
  fmt::print("{:<6} {:>6} {:>10} {:>10} {:>10}\n", "gemm", "k", "typical", "largest", "bound");
  for (const auto& kind : kinds)
    for (const Index k : {32, 128, 512, 2048}) {
      device.use_gemm(kind.gemm);
      const Errors errors = errors_of(device, m, n, k);
      fmt::print("{:<6} {:>6} {:>10.2e} {:>10.2e} {:>10.2e}\n", kind.gemm, k, errors.typical, errors.largest,
                 bound(kind.u, k));
      require(errors.largest <= bound(kind.u, k), "--gemm {}: the error is above its bound", kind.gemm);
    }
  device.use_gemm("own");
}

}  // namespace triptych::bench
