// The peak rate of multiply-adds of a card, the upper bound for GEMM. Unlike the figure of the data sheet it
// is measured at the actual clock.
#include "kernels/context.h"
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"

namespace triptych::cuda {

// Independent sums per thread: an fma takes 4 cycles, and a scheduler starts one per cycle.
inline constexpr int peak_chains = 8;
inline constexpr int peak_rounds = 4096;

// The result is stored only if it equals a value that it never has: this keeps the compiler from removing the
// work.
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

// Exported by the module beside its kernels: floating-point operations per second, two per multiply-add; 0,
// and an error in the context, if a call fails. The best of five, since disturbances only make a measurement
// slower.
extern "C" double triptych_device_peak(triptych::Context& context) {
  using namespace triptych;
  using namespace triptych::cuda;
  constexpr int threads = 256, blocks_per_processor = 8, repeats = 5;
  int processors = 1;
  cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, context.ordinal);
  const dim3 grid(static_cast<unsigned>(processors * blocks_per_processor));
  Workspace workspace(context);
  float* const never = workspace.take<float>(1);
  cudaEvent_t begin, end;
  if (!check(context, "cudaEventCreate", cudaEventCreate(&begin)) ||
      !check(context, "cudaEventCreate", cudaEventCreate(&end)))
    return 0;
  float best = 0;
  for (int i = 0; i <= repeats; ++i) {  // the first one is a warm-up
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
