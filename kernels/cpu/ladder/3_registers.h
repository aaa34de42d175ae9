#pragma once
// 3. A tile of C, mr x nr, stays in registers from the first p to the last (microkernel.h): one load of B
//    feeds as many multiply-adds as the tile has rows, and C is accessed once: 76% of the peak. But the strip
//    of B that a tile reads, k rows of it, exceeds L1 and comes from L2 for each tile.
#include "kernels/context.h"
#include "kernels/cpu/microkernel.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// One tile of C += A B, for this step and those that follow.
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

void in_registers(Context&, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  clear_floats(c, m * n);
  for (Index j = 0; j < n; j += tile_columns) multiply_strip(m, k, a, k, b + j, n, c + j, n);
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
