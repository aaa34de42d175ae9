// How many multiply-adds a card can do at most: the roof under which the GEMM's figures stand. Beside a
// figure of the data sheet it has the advantage of being measured at the clock that the card really has.
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"

namespace triptych::cuda {

inline constexpr int peak_chains =
    8;  // independent sums of a thread: an fma takes 4 cycles, and a scheduler starts one a cycle
inline constexpr int peak_rounds = 4096;

// The result is stored only if it is a number that it never is, so that the compiler keeps the work.
__global__ void peak_kernel(float a, float b, float* never) {
  float sums[peak_chains];
#pragma unroll
  for (int i = 0; i < peak_chains; ++i) sums[i] = static_cast<float>(threadIdx.x + i);
  for (int round = 0; round < peak_rounds; ++round) {
#pragma unroll
    for (int i = 0; i < peak_chains; ++i) sums[i] = fmaf(sums[i], a, b);
  }
  float sum = 0;
#pragma unroll
  for (int i = 0; i < peak_chains; ++i) sum += sums[i];
  if (sum == -1.0f) *never = sum;
}

}  // namespace triptych::cuda

// What the module exports beside its kernels: floating-point operations in a second, two for a multiply-add;
// 0, and an error in the context, when a call fails. The best of five, since what disturbs a measurement only
// ever makes it slower.
extern "C" double triptych_device_peak(triptych::Context& context) {
  using namespace triptych;
  using namespace triptych::cuda;
  constexpr int threads = 256, blocks_per_processor = 8, repeats = 5;
  int processors = 1;
  cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, 0);
  const dim3 grid(static_cast<unsigned>(processors * blocks_per_processor));
  Workspace workspace(context);
  float* const never = workspace.take<float>(1);
  cudaEvent_t begin, end;
  if (!check(context, "cudaEventCreate", cudaEventCreate(&begin)) ||
      !check(context, "cudaEventCreate", cudaEventCreate(&end)))
    return 0;
  float best = 0;
  for (int i = 0; i <= repeats; ++i) {  // the first one warms up
    float milliseconds = 0;
    cudaEventRecord(begin, stream_of(context));
    start(context, "peak", peak_kernel, grid, dim3(threads), 0.999f, 0.001f, never);
    cudaEventRecord(end, stream_of(context));
    cudaEventSynchronize(end);
    cudaEventElapsedTime(&milliseconds, begin, end);
    if (i > 0 && (best == 0 || milliseconds < best)) best = milliseconds;
  }
  cudaEventDestroy(begin), cudaEventDestroy(end);
  if (failed(context) || best <= 0) return 0;
  return 2.0 * peak_chains * peak_rounds * threads * grid.x / (best * 1e-3);
}
