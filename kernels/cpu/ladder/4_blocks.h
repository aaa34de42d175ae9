#pragma once
// 4. The sum is split into blocks of kc, so that a strip of B is still in L1 when the next tile reads it: 70%
//    of the peak, no gain by itself.
#include "kernels/cpu/ladder/3_registers.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

constexpr Index ladder_kc = 256;  // a strip of B: 256 x 32 floats = 32 KiB with AVX-512

void in_blocks(Context&, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  clear_floats(c, m * n);
  for (Index p = 0; p < k; p += ladder_kc)
    for (Index j = 0; j < n; j += tile_columns)
      multiply_strip(m, minimum(ladder_kc, k - p), a + p, k, b + p * n + j, n, c + j, n);
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
