#pragma once
// What every device function may use: where a GPU thread is among all others, sums over a warp, and the rule
// by which a maximum is chosen. Warps are 32 threads that run in step; `lane` is the place in one.
#include "kernels/cuda/launch.h"
#include "kernels/real.h"

namespace triptych::cuda {

// The elements of a thread are first_element(), + all_threads(), ...: neighbours in a warp are neighbours in
// memory, so that a warp reads 128 bytes in a row, the four sectors that it needs and no other.
__device__ inline Index first_element() {
  return Index(blockIdx.x) * blockDim.x + threadIdx.x;
}
__device__ inline Index all_threads() {
  return Index(gridDim.x) * blockDim.x;
}

inline constexpr unsigned all_lanes = 0xffffffffu;
inline constexpr int warp_threads = 32;

// The sum over the 32 lanes, in every lane: after step d a lane holds the sum of the 2d lanes that differ
// from it in the bits up to d. All lanes add the same pairs, so all get the same bits.
__device__ inline float warp_sum(float v) {
  for (int d = 1; d < warp_threads; d *= 2) v += __shfl_xor_sync(all_lanes, v, d);
  return v;
}

// max that passes NaN on; fmaxf does not.
__device__ inline float larger(float a, float b) {
  return a > b || a != a ? a : b;
}
__device__ inline float warp_max(float v) {
  for (int d = 1; d < warp_threads; d *= 2) v = larger(v, __shfl_xor_sync(all_lanes, v, d));
  return v;
}

// Is `candidate` the new maximum? An equal one is not, so that the first wins a tie; the first NaN beats all.
__device__ inline bool beats(float candidate, float best) {
  return candidate > best || (candidate != candidate && best == best);
}

}  // namespace triptych::cuda
