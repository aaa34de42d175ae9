#pragma once
// The tile shapes of the product, and which of them a product takes. multiply.cuh dispatches by this list,
// and the tests make their cases from it: a tile that is added here is tested, or a test says that no product
// takes it. Plain C++.
#include <cstddef>
#include <iterator>
#include <limits>

#include "kernels/real.h"

namespace triptych::cuda {

// A tile, and the products [m, k] x [k, n] that may take it: n in least_n .. most_n, and at least
// least_blocks tiles in the result.
struct TileRule {
  int rows, columns, thread_rows, thread_columns;  // of the tile, and of the sums of one thread
  Index least_n, most_n, least_blocks;
};

// A card has about a hundred multiprocessors, and a tile occupies one.
inline constexpr Index wanted_blocks = 128;
// Twelve warps hide the latency of memory of one of the 108 multiprocessors of an A100: products whose result
// has fewer tiles are split along k until the grid has as many.
inline constexpr Index wanted_warps = 12 * 108;
inline constexpr Index any_width = std::numeric_limits<Index>::max();

// The first rule that fits decides: the largest tile that still gives every multiprocessor one; a narrow
// result takes a narrow tile. The last fits every product.
//
// Registers: a multiprocessor has 65536. A thread with 8 x 8 sums needs 64 for them, 24 for elements being
// loaded, and some for the addresses of its sources. With 128 registers two blocks of 256 threads fit: 16
// warps. Tiles of 128 x 64 and 128 x 16 have 128 and 64 threads; limited to 128 registers they spill (nvcc
// 13.0: 24 to 80 bytes), with up to 168 twelve warps fit, in 3 or 6 blocks. Three convolutions with tiles of
// 128 x 128 take up to 137 and occupy a multiprocessor with one block; limited to 128, two of them spill 36
// and 44 bytes on sm_80. Which costs less has to be measured on a card. tests/scripts/ptxas_limits.sh
// enforces these numbers.
inline constexpr TileRule tile_rules[] = {
    {128, 16, 8, 4, 1, 16, wanted_blocks},           {128, 32, 8, 4, 1, 32, wanted_blocks},
    {128, 64, 8, 8, 1, 64, wanted_blocks},           {128, 128, 8, 8, 65, any_width, wanted_blocks},
    {64, 64, 8, 4, 1, any_width, wanted_blocks / 4}, {32, 32, 4, 4, 1, any_width, 0},
};

constexpr Index tiles_of(const TileRule& tile, Index m, Index n) {
  return ((m + tile.rows - 1) / tile.rows) * ((n + tile.columns - 1) / tile.columns);
}

// Tests lower it, and then small results take large tiles as well.
inline Index most_least_blocks = wanted_blocks;

// The position in tile_rules of the tile that a result of m x n takes.
inline std::size_t tile_for(Index m, Index n) {
  for (std::size_t i = 0; i + 1 < std::size(tile_rules); ++i) {
    const TileRule& tile = tile_rules[i];
    const Index least = tile.least_blocks < most_least_blocks ? tile.least_blocks : most_least_blocks;
    if (n >= tile.least_n && n <= tile.most_n && tiles_of(tile, m, n) >= least) return i;
  }
  return std::size(tile_rules) - 1;
}

}  // namespace triptych::cuda
