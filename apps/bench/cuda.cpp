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

// Whether the card has them: a small product says so.
bool multiplies_on_tensor_cores(const Device& device) {
  const Tensor one = random_tensor(device, {1, 1}), product(device, {1, 1});
  device.context().gemm = Gemm::tf32;
  device.kernels().gemm(device.context(), Transpose::no, Transpose::no, 1, 1, 1, 1, one.real(), 1, one.real(),
                        1, 0, product.real(), 1);
  device.context().gemm = Gemm::own;
  const bool has = device.context().error.empty();
  device.context().error.clear();
  return has;
}

struct Size {
  Index m, n, k;
};
// Square ones, and those of the network: the projection of rows and of grid patches, a recurrence's step,
// distances.
constexpr Size sizes[] = {{1024, 1024, 1024}, {2048, 2048, 2048}, {4096, 4096, 4096}, {2496, 128, 704},
                          {6240, 128, 64},    {480, 128, 128},    {450, 450, 896}};

void measure_size(const Settings& settings, const Device& device, const Size& size, double peak,
                  bool has_tensor_cores) {
  const Index m = size.m, n = size.n, k = size.k;
  const std::string name = fmt::format("gemm_{}x{}x{}", m, n, k);
  if (!wanted(settings, name)) return;
  const Tensor left = random_tensor(device, {m, k}), right = random_tensor(device, {k, n}),
               product(device, {m, n});
  const auto multiply = [&](Gemm gemm) {
    return [&, gemm] {
      device.context().gemm = gemm;
      device.kernels().gemm(device.context(), Transpose::no, Transpose::no, m, n, k, 1, left.real(), k,
                            right.real(), n, 0, product.real(), n);
      device.synchronise();
    };
  };
  const Gemm before = device.context().gemm;
  std::vector<std::function<void()>> ways = {multiply(Gemm::own), multiply(Gemm::cublas)};
  if (has_tensor_cores) ways.insert(ways.end(), {multiply(Gemm::tf32), multiply(Gemm::bf16)});
  const std::vector<Timing> times = times_in_turns(ways, on_device, settings.seconds);
  device.context().gemm = before;
  const double work = 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  print_speed(name, times[0], work);
  print_speed("cublas_" + name, times[1], work);
  print_ratio(name + "_vs_cublas", times[0], times[1]);
  print_figure(name + "_of_peak", work / times[0].seconds / peak, "ratio");
  if (has_tensor_cores)
    print_speed("tf32_" + name, times[2], work), print_speed("bf16_" + name, times[3], work);
}

}  // namespace

void measure_cuda_gemm(const Settings& settings, const Device& device) {
  const double peak = peak_of(device);
  print_figure("peak_fma", 1e-9 * peak, "GFLOP/s");
  const bool has_tensor_cores = multiplies_on_tensor_cores(device);
  for (const Size& size : sizes) measure_size(settings, device, size, peak, has_tensor_cores);
}

}  // namespace triptych::bench
