#pragma once
// CUDA's additions to C++, as far as C++ can express them: the qualifiers, the vector types, and the built-in
// index variables.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/emulator/sanitizer.h"
#include "kernels/emulator/vector_types.h"

#define __global__
#define __device__
#define __host__
#define __constant__
#define __managed__
#define __grid_constant__
// g++ has no attribute for it, but one that puts a number of nops at the start of a function, and this may
// depend on a template's parameters: one nop for each warp of the largest block (submit.cpp counts them).
#ifdef __clang__
#define __launch_bounds__(...)
#else
#define TRIPTYCH_FIRST(first, ...) first
#define __launch_bounds__(...) \
  __attribute__((patchable_function_entry((TRIPTYCH_FIRST(__VA_ARGS__, 0) + 31) / 32)))
#endif
// Before tile loops: an array whose indices are all constant then is in registers, for g++ as for nvcc.
#ifdef __clang__
#define TRIPTYCH_UNROLL _Pragma("unroll")
#else
#define TRIPTYCH_UNROLL _Pragma("GCC unroll 16")
#endif
#define __align__(n) __attribute__((aligned(n)))
#define __forceinline__ inline __attribute__((always_inline))

// All threads of a block run on one OS thread, which runs one block at a time: one array per OS thread is one
// per block.
#ifdef TRIPTYCH_ONE_BLOCK_AT_A_TIME
#define __shared__ static
#else
#define __shared__ static thread_local
#endif

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
  constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
  constexpr operator uint3() const { return {x, y, z}; }
};

// Ordinary variables, set by the scheduler at every switch to a GPU thread, so a debugger can read them:
// `break gemm.cu:80 if threadIdx.x == 3 && blockIdx.y == 1`.
constinit inline thread_local uint3 threadIdx{}, blockIdx{};
constinit inline thread_local dim3 blockDim{}, gridDim{};
inline constexpr int warpSize = 32;
