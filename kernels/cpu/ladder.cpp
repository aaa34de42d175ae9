// From the definition to the kernel, one idea and one file per step; README.md explains them.
// `triptych bench gemm --ladder` measures them.
#include "kernels/cpu/ladder.h"

#include "kernels/cpu/gemm.h"
#include "kernels/cpu/ladder/1_definition.h"
#include "kernels/cpu/ladder/2_rows.h"
#include "kernels/cpu/ladder/3_registers.h"
#include "kernels/cpu/ladder/4_blocks.h"
#include "kernels/cpu/ladder/5_panels.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// 6. A is packed as well, in blocks of rows that stay in L2: gemm.cpp, which also handles transposes, edges
//    and threads.
void packed_whole(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  gemm(context, Transpose::no, Transpose::no, m, n, k, 1, a, k, b, n, 0, c, n);
}

}  // namespace

extern const Rung ladder[rungs];
const Rung ladder[rungs] = {
    {"definition", "three loops, as the formula is written", by_definition},
    {"rows", "loops interchanged: rows are read in memory order, a register at a time", row_by_row},
    {"registers", "a tile of C stays in registers for the whole sum", in_registers},
    {"blocks", "the sum in blocks, so that a strip of B stays in the cache", in_blocks},
    {"panels", "strips of B are packed into contiguous memory", from_panels},
    {"gemm", "A packed in blocks for L2 as well: the kernel itself", packed_whole}};

}  // namespace triptych::cpu::TRIPTYCH_ISA
