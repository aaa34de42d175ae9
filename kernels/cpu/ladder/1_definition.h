#pragma once
// 1. c_ij = sum_p a_ip b_pj in three loops, as written: 0.5% of the core's peak. B is read down its columns,
//    so a cache line is fetched for each element used, and each multiply-add waits for the previous one.
#include "kernels/context.h"
#include "kernels/cpu/simd.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

void by_definition(Context&, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  for (Index i = 0; i < m; ++i)
    for (Index j = 0; j < n; ++j) {
      float sum = 0;
      for (Index p = 0; p < k; ++p) sum += a[i * k + p] * b[p * n + j];
      c[i * n + j] = sum;
    }
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
