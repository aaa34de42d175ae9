#pragma once
// 2. The loops over j and p are interchanged: rows of B and C are read in memory order, a register at a time:
//    35% of the peak. Each multiply-add still loads a register of B and one of C, and stores one.
#include "kernels/context.h"
#include "kernels/cpu/simd.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

void row_by_row(Context&, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  for (Index i = 0; i < m; ++i) {
    clear_floats(c + i * n, n);
    for (Index p = 0; p < k; ++p) {
      const Floats factor = broadcast(a[i * k + p]);
      for (Index j = 0; j < n; j += lanes)
        store(c + i * n + j, factor * load(b + p * n + j) + load(c + i * n + j));
    }
  }
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
