#pragma once
// 5. The strip is packed into contiguous memory: one page instead of one per row, and no power-of-two
//    distance between rows, which would map all of them to the same few cache sets: 72% of the peak. The gain
//    comes when A is packed as well, in blocks of mc rows that stay in L2 (gemm.cpp): 95%.
#include "kernels/cpu/ladder/4_blocks.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

void from_panels(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  ScratchScope scope(context.scratch);
  float* panel = context.scratch.take<float>(ladder_kc * tile_columns);
  clear_floats(c, m * n);
  for (Index p = 0; p < k; p += ladder_kc)
    for (Index j = 0; j < n; j += tile_columns) {
      const Index depth = minimum(ladder_kc, k - p);
      for (Index row = 0; row < depth; ++row)
        copy_floats(panel + row * tile_columns, b + (p + row) * n + j, tile_columns);
      multiply_strip(m, depth, a + p, k, panel, tile_columns, c + j, n);
    }
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
