#pragma once
// The GEMM of README.md in nine steps, each a small complete kernel, for teaching and measuring. C = A B,
// row-major; the sizes must be multiples of 64 (m, n) and 32 (k), so that no step needs code for edges. The
// production kernel is gemm_tile.cuh.
#include <vector>

#include "kernels/kernels.h"

namespace triptych::cuda {

struct Rung {
  const char* name;  // "naive", "shared", "registers", "float4", ...
  const char* idea;  // one sentence
  // a [m, k], b [k, n], c [m, n], on the device. Other sizes are an error of the context.
  void (*multiply)(Context&, Index m, Index n, Index k, const float* a, const float* b, float* c);
  double rounding = 0;  // of a and b before they are multiplied: the relative error
};

const std::vector<Rung>& ladder();

}  // namespace triptych::cuda
