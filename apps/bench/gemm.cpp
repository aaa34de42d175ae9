#include <fmt/format.h>

#include <vector>

#include "apps/bench/openblas.h"
#include "apps/bench/stopwatch.h"

namespace triptych::bench {
namespace {

struct Size {
  Index m, n, k;
};
// Square ones, and those of the network: the projection of rows and of grid patches, a recurrence's step, distances.
constexpr Size sizes[] = {{256, 256, 256}, {512, 512, 512}, {1024, 1024, 1024}, {2496, 128, 704},
                          {6240, 128, 64}, {480, 128, 128}, {450, 450, 896},    {1, 1024, 1024}};

void measure_size(const Settings& settings, Device& device, const OpenBlas& blas, const Size& size,
                  int threads) {
  const auto [m, n, k] = size;
  const std::string name = fmt::format("gemm_{}x{}x{}_{}t", m, n, k, threads);
  if (!wanted(settings, name) && !wanted(settings, "openblas_" + name) &&
      !wanted(settings, name + "_vs_openblas"))
    return;
  const Tensor left = random_tensor(device, {m, k}), right = random_tensor(device, {k, n});
  const Tensor product(device, {m, n});
  device.use_threads(threads);
  std::vector<std::function<void()>> functions = {[&] {
    device.kernels().gemm(device.context(), Transpose::no, Transpose::no, m, n, k, 1, left.real(), k,
                          right.real(), n, 0, product.real(), n);
    device.synchronise();
  }};
  const std::vector<Real> a = left.values(), b = right.values();
  const std::vector<float> a32(a.begin(), a.end()), b32(b.begin(), b.end());
  std::vector<float> c32(static_cast<std::size_t>(m * n));
  if (blas) {
    blas.set_threads(threads);
    functions.push_back([&] { blas.multiply(m, n, k, a32.data(), b32.data(), c32.data()); });
  }
  const std::vector<double> seconds = interleaved_medians(functions, settings.seconds);
  const double work = 2e-9 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  print_figure(name, work / seconds[0], "GFLOP/s");
  if (!blas) return;
  print_figure("openblas_" + name, work / seconds[1], "GFLOP/s");
  print_figure(name + "_vs_openblas", seconds[1] / seconds[0], "ratio");
}

}  // namespace

void measure_gemm(const Settings& settings, Device& device) {
  const OpenBlas blas = OpenBlas::open();
  for (const int threads : {2, 1})
    for (const Size& size : sizes) measure_size(settings, device, blas, size, threads);
}

}  // namespace triptych::bench
