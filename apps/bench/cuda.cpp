#include <dlfcn.h>
#include <fmt/format.h>

#include "apps/bench/stopwatch.h"
#include "engine/error.h"
#include "kernels/kernels.h"

// GFLOP/s of the hand-written GEMM on a GPU, beside cuBLAS in the same run, and the share of what the card
// can do at most.
namespace triptych::bench {
namespace {

// The module's own measurement of the card: operations in a second (kernels/cuda/peak.cu).
double peak_of(const Device& device) {
  Dl_info module{};
  dladdr(reinterpret_cast<const void*>(device.kernels().gemm), &module);
  void* const handle = module.dli_fname ? dlopen(module.dli_fname, RTLD_NOW | RTLD_NOLOAD) : nullptr;
  const auto measure =
      handle ? reinterpret_cast<double (*)(Context&)>(dlsym(handle, "triptych_device_peak")) : nullptr;
  if (!measure)
    fail("the cuda module has no measurement of its card's peak: it is of another build; run 'make' again");
  const double peak = measure(device.context());
  device.synchronise();  // throws what went wrong
  return peak;
}

struct Size {
  Index m, n, k;
};
// Square ones, and those of the network: the projection of rows and of grid patches, a recurrence's step,
// distances.
constexpr Size sizes[] = {{1024, 1024, 1024}, {2048, 2048, 2048}, {4096, 4096, 4096}, {2496, 128, 704},
                          {6240, 128, 64},    {480, 128, 128},    {450, 450, 896}};

void measure_size(const Settings& settings, const Device& device, const Size& size, double peak) {
  const Index m = size.m, n = size.n, k = size.k;
  const std::string name = fmt::format("gemm_{}x{}x{}", m, n, k);
  if (!wanted(settings, name)) return;
  const Tensor left = random_tensor(device, {m, k}), right = random_tensor(device, {k, n}),
               product(device, {m, n});
  const auto multiply = [&](bool library) {
    return [&, library] {
      device.context().library_gemm = library;
      device.kernels().gemm(device.context(), Transpose::no, Transpose::no, m, n, k, 1, left.real(), k,
                            right.real(), n, 0, product.real(), n);
      device.synchronise();
    };
  };
  const bool before = device.context().library_gemm;
  const std::vector<Timing> times =
      times_in_turns({multiply(false), multiply(true)}, on_device, settings.seconds);
  device.context().library_gemm = before;
  const double work = 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  print_speed(name, times[0], work);
  print_speed("cublas_" + name, times[1], work);
  print_ratio(name + "_vs_cublas", times[0], times[1]);
  print_figure(name + "_of_peak", work / times[0].seconds / peak, "ratio");
}

}  // namespace

void measure_cuda_gemm(const Settings& settings, const Device& device) {
  const double peak = peak_of(device);
  print_figure("peak_fma", 1e-9 * peak, "GFLOP/s");
  for (const Size& size : sizes) measure_size(settings, device, size, peak);
}

}  // namespace triptych::bench
