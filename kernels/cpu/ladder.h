#pragma once
// The GEMM of README.md in six steps, each a small complete kernel, for teaching and measuring: C = A B,
// row-major, on one thread. n must be a multiple of 64, so that no step needs code for edges. The production
// kernel is gemm.cpp.
#include "kernels/context.h"
#include "kernels/real.h"

namespace triptych::cpu {

struct Rung {
  const char* name;
  const char* idea;  // one sentence: what this step adds to the previous one
  // a [m, k], b [k, n], c [m, n]; scratch memory comes from the context.
  void (*multiply)(Context&, Index m, Index n, Index k, const float* a, const float* b, float* c);
};

constexpr int rungs = 6;
const Rung* ladder();  // `rungs` of them, for the instruction set of kernels()

}  // namespace triptych::cpu
