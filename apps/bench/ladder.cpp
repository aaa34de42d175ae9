#include "kernels/cpu/ladder.h"

#include <fmt/format.h>

#include "apps/bench/peak.h"
#include "apps/bench/stopwatch.h"
#include "kernels/cpu/convolution_ladder.h"
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
}

// The second block of the network, on four images.
void measure_convolution_ladder(const Settings& settings) {
  constexpr ConvolutionShape s{4, 105, 47, 16, 32, 5, 5, 1, 2};
  Device device = one_thread();
  const Tensor x = random_tensor(device, {s.batch, s.height, s.width, s.in_channels});
  const Tensor w = random_tensor(device, {s.kernel_height, s.kernel_width, s.in_channels, s.out_channels});
  const Tensor y(device, {s.batch, s.out_height(), s.out_width(), s.out_channels});
  std::vector<Step> steps;
  for (int i = 0; i < cpu::convolution_rungs; ++i) {
    const cpu::ConvolutionRung& rung = cpu::convolution_ladder()[i];
    steps.push_back(
        {rung.name, rung.idea, [&] { rung.convolve(device.context(), s, x.real(), w.real(), y.real()); }});
  }
  climb(settings,
        fmt::format("5 x 5, {} -> {} channels, {} images of {} x {}", s.in_channels, s.out_channels, s.batch,
                    s.height, s.width),
        steps, 2.0 * static_cast<double>(s.pixels() * s.patch() * s.out_channels));
}

}  // namespace triptych::bench
