// From the definition to the kernel, one idea per step; README.md explains them.
// `triptych bench gemm --ladder` measures them.
#include "kernels/cpu/ladder.h"

#include "kernels/cpu/gemm.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// 1. c_ij = sum_p a_ip b_pj, as written. B is read down its columns: a cache line is fetched for each element
//    used.
void by_definition(Context&, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  for (Index i = 0; i < m; ++i)
    for (Index j = 0; j < n; ++j) {
      float sum = 0;
      for (Index p = 0; p < k; ++p) sum += a[i * k + p] * b[p * n + j];
      c[i * n + j] = sum;
    }
}

// 2. The loops over j and p are interchanged: rows of B and C are read in memory order, a register at a time.
//    Each multiply-add still loads a register of B and one of C, and stores one.
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

// Steps 3 to 5 for one tile of C: the tile stays in registers for the whole sum (microkernel.h) and is then
// added to C.
template <int rows>
void multiply_tile(Index k, const float* a, Index a_step, const float* b, Index b_step, float* c,
                   Index c_step) {
  Tile<rows, tile_vectors> tile;
  clear(tile);
  accumulate(tile, k, a, a_step, Constant<1>{}, b, b_step);
  for_tile(tile, tile_columns, [&](int i, int j, Floats value, auto) {
    store(c + i * c_step + j, value + load(c + i * c_step + j));
  });
}

// multiply_tile for every tile of a strip of C, tile_columns wide: A is [m, k], its rows a_step apart.
void multiply_strip(Index m, Index k, const float* a, Index a_step, const float* b, Index b_step, float* c,
                    Index c_step) {
  const Cut tiles = {m, divide_up(m, tile_rows)};
  for (Index t = 0; t < tiles.parts; ++t)
    with_constant<tile_rows>(tiles.size(t), [&](auto rows) {
      const Index row = tiles.begin(t);
      multiply_tile<decltype(rows)::number>(k, a + row * a_step, a_step, b, b_step, c + row * c_step, c_step);
    });
}

// 3. A tile of C stays in registers from the first p to the last: one load of B feeds as many multiply-adds
//    as the tile has rows, and C is accessed once. But the strip of B that a tile reads, k rows of it,
//    exceeds L1 and comes from L2 for each tile.
void in_registers(Context&, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  clear_floats(c, m * n);
  for (Index j = 0; j < n; j += tile_columns) multiply_strip(m, k, a, k, b + j, n, c + j, n);
}

constexpr Index block_k = 256;  // a strip of B: 256 x 32 floats = 32 KiB with AVX-512

// 4. The sum is split into blocks of block_k, so that a strip of B is still in L1 when the next tile reads
//    it.
void in_blocks(Context&, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  clear_floats(c, m * n);
  for (Index p = 0; p < k; p += block_k)
    for (Index j = 0; j < n; j += tile_columns)
      multiply_strip(m, minimum(block_k, k - p), a + p, k, b + p * n + j, n, c + j, n);
}

// 5. The strip is packed into contiguous memory: one page instead of one per row, and no power-of-two
//    distance between rows, which would map all of them to the same few cache sets.
void from_panels(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  ScratchScope scope(context.scratch);
  float* panel = context.scratch.take<float>(block_k * tile_columns);
  clear_floats(c, m * n);
  for (Index p = 0; p < k; p += block_k)
    for (Index j = 0; j < n; j += tile_columns) {
      const Index depth = minimum(block_k, k - p);
      for (Index row = 0; row < depth; ++row)
        copy_floats(panel + row * tile_columns, b + (p + row) * n + j, tile_columns);
      multiply_strip(m, depth, a + p, k, panel, tile_columns, c + j, n);
    }
}

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
