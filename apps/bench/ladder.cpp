#include "kernels/cpu/ladder.h"

#include <fmt/format.h>

#include "apps/bench/peak.h"
#include "apps/bench/stopwatch.h"

namespace triptych::bench {

// All steps and the peak take turns, so that a neighbour on the machine slows them all alike: read the shares.
void measure_ladder(const Settings& settings) {
  constexpr Index n = 1024;
  Device& device = Device::open("cpu");
  device.use_threads(1);
  const Tensor a = random_tensor(device, {n, n}), b = random_tensor(device, {n, n}), c(device, {n, n});
  const MultiplyAdds peak = fastest_multiply_adds();
  std::vector<std::function<void()>> functions = {[&] { peak.run(1); }};
  for (int step = 0; step < cpu::rungs; ++step)
    functions.push_back(
        [&, step] { cpu::ladder()[step].multiply(device.context(), n, n, n, a.real(), b.real(), c.real()); });
  const std::vector<double> seconds = interleaved_medians(functions, settings.seconds);
  const double roof = 1e-9 * peak.work / seconds[0], work = 2e-9 * n * n * n;
  fmt::print("C = A B, {0} x {0} x {0}, one thread, {1}\n{2:>4}  {3:>8}  {4:>7}\n", n,
             device.kernels().description, "step", "GFLOP/s", "of peak");
  for (int step = 0; step < cpu::rungs; ++step) {
    const double speed = work / seconds[static_cast<std::size_t>(step) + 1];
    const cpu::Rung& rung = cpu::ladder()[step];
    fmt::print("{:>4}  {:>8.1f}  {:>6.1f}%  {}: {}\n", step + 1, speed, 100 * speed / roof, rung.name,
               rung.idea);
  }
  fmt::print("peak  {:>8.1f}           multiply-adds that wait for nothing\n", roof);
}

}  // namespace triptych::bench
