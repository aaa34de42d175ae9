#include "kernels/cpu/ladder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apps/bench/peak.h"
#include "apps/bench/stopwatch.h"
#include "engine/error.h"
#include "kernels/caches.h"
#include "kernels/cpu/blocking.h"
#include "kernels/kernels.h"

namespace triptych::bench {
namespace {

// A step of a ladder with its run.
struct Step {
  const char *name, *idea;
  std::function<void()> run;
};

// All steps and the peak take turns, so that a neighbour on the machine slows them all alike: read the
// shares.
void climb(const Settings& settings, const std::string& title, const std::vector<Step>& steps,
           double operations) {
  const MultiplyAdds peak = fastest_multiply_adds();
  std::vector<std::function<void()>> functions = {[&] { peak.run(1); }};
  for (const Step& step : steps) functions.push_back(step.run);
  const std::vector<Timing> times = times_in_turns(functions, 1, settings.seconds);
  const double roof = 1e-9 * peak.work / times[0].seconds;
  fmt::print("{}, one thread, {}\n{:>4}  {:>8}  {:>7}\n", title, Device::open("cpu").kernels().description,
             "step", "GFLOP/s", "of peak");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double speed = 1e-9 * operations / times[i + 1].seconds;
    fmt::print("{:>4}  {:>8.1f}  {:>6.1f}%  {}: {}\n", i + 1, speed, 100 * speed / roof, steps[i].name,
               steps[i].idea);
  }
  fmt::print("peak  {:>8.1f}           multiply-adds that wait for nothing\n", roof);
}

Device one_thread() {
  Device device = Device::open("cpu");
  device.use_threads(1);
  return device;
}

}  // namespace

void measure_gemm_ladder(const Settings& settings) {
  constexpr Index n = 1024;
  Device device = one_thread();
  const Tensor a = random_tensor(device, {n, n}), b = random_tensor(device, {n, n}), c(device, {n, n});
  std::vector<Step> steps;
  for (int i = 0; i < cpu::rungs; ++i) {
    const cpu::Rung& rung = cpu::ladder()[i];
    steps.push_back({rung.name, rung.idea,
                     [&] { rung.multiply(device.context(), n, n, n, a.real(), b.real(), c.real()); }});
  }
  climb(settings, fmt::format("C = A B, {0} x {0} x {0}", n), steps, 2.0 * n * n * n);
  const cpu::Blocking by = cpu::blocking(n);
  const Caches& cache = caches();
  fmt::print("blocking: mc {}, kc {}, nc {}, mr {}, nr {}; caches: L1 {} KiB, L2 {} KiB, L3 {} KiB\n", by.mc,
             by.kc, by.nc, by.mr, by.nr, cache.l1 >> 10, cache.l2 >> 10, cache.l3 >> 10);
}

// 1. y[i, j, o] = sum over r, c, ch of x[i + r - pad, j + c - pad, ch] w[r, c, ch, o], as written.
void convolve_by_definition(const ConvolutionShape& s, const float* x, const float* w, float* y) {
  for (Index n = 0; n < s.batch; ++n)
    for (Index i = 0; i < s.height; ++i)
      for (Index j = 0; j < s.width; ++j)
        for (Index o = 0; o < s.out_channels; ++o) {
          float sum = 0;
          for (Index r = 0; r < s.kernel_height; ++r)
            for (Index c = 0; c < s.kernel_width; ++c) {
              const Index row = i + r - s.pad, column = j + c - s.pad;
              if (row < 0 || row >= s.height || column < 0 || column >= s.width) continue;
              const float* pixel = x + ((n * s.height + row) * s.width + column) * s.in_channels;
              const float* tap = w + (r * s.kernel_width + c) * s.in_channels * s.out_channels + o;
              for (Index ch = 0; ch < s.in_channels; ++ch) sum += pixel[ch] * tap[ch * s.out_channels];
            }
          *y++ = sum;
        }
}

// 2. The patch of each pixel is copied into a row of a matrix (im2col, with zeros beyond the border), and the
//    convolution becomes the product [pixels, patch] [patch, out_channels]. But the matrix stores each
//    element of the image once per tap, 25 times, and goes through memory.
void convolve_unfolded(const Device& device, const ConvolutionShape& s, const float* x, const float* w,
                       float* patches, float* y) {
  const Index pixels = s.height * s.width;
  for (Index n = 0; n < s.batch; ++n) {
    float* to = patches;
    for (Index i = 0; i < s.height; ++i)
      for (Index j = 0; j < s.width; ++j)
        for (Index r = 0; r < s.kernel_height; ++r)
          for (Index c = 0; c < s.kernel_width; ++c, to += s.in_channels) {
            const Index row = i + r - s.pad, column = j + c - s.pad;
            const float* pixel = x + ((n * s.height + row) * s.width + column) * s.in_channels;
            if (row < 0 || row >= s.height || column < 0 || column >= s.width)
              std::fill_n(to, s.in_channels, 0.0f);
            else
              std::copy_n(pixel, s.in_channels, to);
          }
    device.kernels().gemm(device.context(), Transpose::no, Transpose::no, pixels, s.out_channels, s.patch(),
                          1, patches, s.patch(), w, s.out_channels, 0, y + n * pixels * s.out_channels,
                          s.out_channels);
  }
}

// The second block of the network, on four images.
void measure_convolution_ladder(const Settings& settings) {
  constexpr ConvolutionShape s{4, 105, 47, 16, 32, 5, 5, 1, 2};
  Device device = one_thread();
  const Tensor x = random_tensor(device, {s.batch, s.height, s.width, s.in_channels});
  const Tensor w = random_tensor(device, {s.kernel_height, s.kernel_width, s.in_channels, s.out_channels});
  const Tensor patches(device, {s.height * s.width, s.patch()});
  std::vector<Tensor> y;
  for (int i = 0; i < 3; ++i) y.emplace_back(device, Shape{s.batch, s.height, s.width, s.out_channels});
  const std::vector<Step> steps = {
      {"definition", "six loops, as the formula is written",
       [&] { convolve_by_definition(s, x.real(), w.real(), y[0].real()); }},
      {"unfolded", "patches copied into a matrix (im2col), then the GEMM",
       [&] { convolve_unfolded(device, s, x.real(), w.real(), patches.real(), y[1].real()); }},
      {"convolution", "patches read in place, and fewer multiplications (Winograd): the kernel itself", [&] {
         device.kernels().convolution_forward(device.context(), s, x.real(), w.real(), nullptr, y[2].real());
       }}};
  climb(settings,
        fmt::format("5 x 5, {} -> {} channels, {} images of {} x {}", s.in_channels, s.out_channels, s.batch,
                    s.height, s.width),
        steps, 2.0 * static_cast<double>(s.pixels() * s.patch() * s.out_channels));
  for (const Tensor& other : {y[1], y[2]})
    for (Index i = 0; i < y[0].elements(); ++i)
      require(std::abs(y[0].real()[i] - other.real()[i]) < 1e-3, "two steps of the ladder differ");
}

}  // namespace triptych::bench
