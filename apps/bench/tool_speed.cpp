#include "apps/bench/stopwatch.h"
#include "kernels/kernels.h"

// How fast the tools are that stand in for a GPU: `bench --device emulator --speed`, and ptx. It says nothing
// about a GPU, but how long one waits here.
namespace triptych::bench {
namespace {

// Multiply-adds for each second of one core: whole tiles, so that each is one of the product's own.
double multiply_adds_a_second(const Device& device) {
  constexpr Index n = 256;
  const Tensor a = random_tensor(device, {n, n}), b = random_tensor(device, {n, n}), c(device, {n, n});
  std::vector<double> seconds;
  for (int i = 0; i < 4; ++i) {  // the first one decodes the kernel, and does not count
    const Clock start = Clock::now();
    device.kernels().gemm(device.context(), Transpose::no, Transpose::no, n, n, n, 1, a.real(), n, b.real(),
                          n, 0, c.real(), n);
    device.synchronise();
    if (i > 0) seconds.push_back((Clock::now() - start).cpu);
  }
  return static_cast<double>(n * n * n) / median(seconds);
}

}  // namespace

void measure_tool_speed(const Device& device, Index images) {
  print_figure("gemm_256_multiply_adds", 1e-6 * multiply_adds_a_second(device), "million/s of one core");
  const auto step = default_training_step(device, images);
  const Clock start = Clock::now();
  step();
  const Clock took = Clock::now() - start;
  print_figure("train_step_default_images", static_cast<double>(images), "images");
  print_figure("train_step_default_wall", took.wall, "s");
  print_figure("train_step_default_cpu", took.cpu, "s of all cores together");
}

}  // namespace triptych::bench
