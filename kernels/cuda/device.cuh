#pragma once
// Shared by all device functions: the index of a GPU thread, sums over a warp, and the comparison of maxima.
// A warp is 32 threads that run in lockstep; `lane` is the index of a thread in its warp.
#include "kernels/cuda/launch.h"
#include "kernels/real.h"

namespace triptych::cuda {

// A thread's elements are first_element(), + all_threads(), ...: neighbouring lanes access neighbouring
// addresses, so a warp reads 128 contiguous bytes, exactly four sectors.
__device__ inline Index first_element() {
  return Index(blockIdx.x) * blockDim.x + threadIdx.x;
}
__device__ inline Index all_threads() {
  return Index(gridDim.x) * blockDim.x;
}

inline constexpr unsigned all_lanes = 0xffffffffu;
inline constexpr int warp_threads = 32;

// The sum over the 32 lanes, in every lane: after step d a lane holds the sum of the 2d lanes that differ
// from it only in the bits up to d. All lanes add the same pairs, so all get the same bits.
__device__ inline float warp_sum(float v) {
  for (int d = 1; d < warp_threads; d *= 2) v += __shfl_xor_sync(all_lanes, v, d);
  return v;
}

// A max that propagates NaN; fmaxf does not.
__device__ inline float larger(float a, float b) {
  return a > b || a != a ? a : b;
}
__device__ inline float warp_max(float v) {
  for (int d = 1; d < warp_threads; d *= 2) v = larger(v, __shfl_xor_sync(all_lanes, v, d));
  return v;
}

// Whether `candidate` replaces the current maximum. An equal value does not, so the first wins a tie; the
// first NaN wins over any number.
__device__ inline bool beats(float candidate, float best) {
  return candidate > best || (candidate != candidate && best == best);
}

}  // namespace triptych::cuda
