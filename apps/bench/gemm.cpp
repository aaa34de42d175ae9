#include <fmt/format.h>

#include <optional>
#include <vector>

#include "apps/bench/libraries.h"
#include "apps/bench/peak.h"
#include "apps/bench/stopwatch.h"
#include "kernels/kernels.h"

namespace triptych::bench {
namespace {

constexpr Transpose plain = Transpose::no, transposed = Transpose::yes;

constexpr Product products[] = {
    {plain, plain, 256, 256, 256},
    {plain, plain, 512, 512, 512},
    {plain, plain, 1024, 1024, 1024},
    {plain, plain, 2048, 2048, 2048},
    // What convolutions become for those who unfold their patches, W [out, patch] times columns
    // [patch, pixels] ...
    {plain, plain, 16, 19950, 75},
    {plain, plain, 32, 20000, 75},
    {plain, plain, 32, 4935, 400},
    {plain, plain, 64, 2500, 576},
    {plain, plain, 64, 1196, 800},
    {plain, plain, 128, 2500, 1152},
    {plain, plain, 128, 20000, 1152},
    // ... and backward: dcolumns = W^T dY, dW = dY columns^T.
    {transposed, plain, 400, 4935, 32},
    {plain, transposed, 32, 400, 4935},
    // The projection of 96 images' rows and one step of the recurrence, with weights stored [out, in].
    {plain, transposed, 2496, 128, 704},
    {plain, transposed, 96, 128, 128},
    // The projection of grid patches and a step on them, distances of people, one row times a matrix.
    {plain, plain, 6240, 128, 64},
    {plain, plain, 480, 128, 128},
    {plain, transposed, 450, 450, 896},
    {plain, plain, 1, 1024, 1024},
};

// Then the share of the peak, which takes its turn among the products, is a figure, too.
bool is_large(const Product& p) {
  return p.m >= 1024 && p.n >= 1024 && p.k >= 1024;
}

std::string figure_name(const Product& p, int threads) {
  return fmt::format("gemm_{}x{}x{}_{}t", p.m, p.n, p.k, threads);
}

// What is compared takes turns, so whoever wants one of its figures gets them all.
bool any_wanted(const Settings& settings, const Product& p, int threads) {
  const std::string name = figure_name(p, threads);
  bool any = wanted(settings, name) || (is_large(p) && wanted(settings, name + "_of_peak"));
  for (const std::string library : gemm_library_names)
    any = any || wanted(settings, library + "_" + name) || wanted(settings, name + "_vs_" + library);
  return any;
}

void measure_product(const Settings& settings, const Device& device,
                     const std::vector<GemmLibrary>& libraries, const Product& p, int threads) {
  const std::string name = figure_name(p, threads);
  const Tensor a = random_tensor(device, {p.m, p.k}), b = random_tensor(device, {p.k, p.n});
  const Tensor c(device, {p.m, p.n});
  device.use_threads(threads);
  std::vector<std::function<void()>> functions = {[&] {
    device.kernels().gemm(device.context(), p.ta, p.tb, p.m, p.n, p.k, 1, a.real(), p.lda(), b.real(),
                          p.ldb(), 0, c.real(), p.n);
    device.synchronise();
  }};
  // The libraries get the same memory, or a copy where the device's is not the processor's: whoever comes
  // next finds in the caches what the one before has read, and one that were alone with its arrays would pay
  // for that.
  Device host = Device::open("cpu");
  const auto on_host = [&](const Tensor& x) {
    return device.kernels().host_memory ? x : Tensor::from(host, x.shape(), x.values());
  };
  const Tensor left = on_host(a), right = on_host(b), product = on_host(c);
  for (const GemmLibrary& library : libraries)
    functions.push_back([&] {
      library.set_threads(threads);
      library.multiply(p, left.real(), right.real(), product.real());
    });
  const bool beside_peak = is_large(p);
  const MultiplyAdds peak = fastest_multiply_adds();
  if (beside_peak) functions.push_back([&] { peak.run(threads); });

  const std::vector<Timing> times = times_in_turns(functions, threads, settings.seconds);
  print_speed(name, times[0], p.operations());
  for (std::size_t i = 0; i < libraries.size(); ++i) {
    print_speed(libraries[i].name + "_" + name, times[i + 1], p.operations());
    print_ratio(name + "_vs_" + libraries[i].name, times[0], times[i + 1]);
  }
  if (beside_peak && times[0].valid > 0 && times.back().valid > 0)
    print_figure(name + "_of_peak",
                 p.operations() / times[0].seconds / (peak.work * threads / times.back().seconds), "ratio");
}

}  // namespace

void measure_gemm(const Settings& settings, const Device& device) {
  std::optional<std::vector<GemmLibrary>>
      libraries;  // not opened, and not missed, where nothing is multiplied
  for (const int threads : {2, 1})
    for (const Product& product : products) {
      if (!any_wanted(settings, product, threads)) continue;
      if (!libraries) libraries = gemm_libraries();
      measure_product(settings, device, *libraries, product, threads);
    }
}

}  // namespace triptych::bench
