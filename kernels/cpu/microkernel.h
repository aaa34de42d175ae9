#pragma once
// The inner loop of all matrix products and convolutions of this folder. A tile of C stays in registers while
// the sum runs over k:
//
//     C[i, j] += sum_k A[i, k] B[k, j]        i < rows, j < vectors * lanes
//
// Each step loads one row of B (`vectors` registers); for each row i it broadcasts one element of A and adds
// its product with the row of B to the accumulators of that row: rows + vectors loads feed rows * vectors
// fused multiply-adds. More registers allow a larger tile, which needs fewer loads per multiply-add:
//
//                    AVX-512, 32 registers           AVX2, 16 registers            portable, 16 registers
//      B[k, :]       [ 16 lanes ][ 16 lanes ]        [ 8 lanes ][ 8 lanes ]        [ 4 ][ 4 ]
//      A[0, k]  ->   [ c 0,0    ][ c 0,1    ]        [ c 0,0   ][ c 0,1   ]        [   ][   ]
//      A[1, k]  ->   [ c 1,0    ][ c 1,1    ]        [ c 1,0   ][ c 1,1   ]        [   ][   ]
//        ...                 ...                             ...                      ...
//      last row      14: 28 accumulators, 2 for B    6: 12 accumulators, 2 for B   6: the same
//
// NEON has 32 registers of 4 lanes: the tiles of AVX-512, a quarter as wide.
//
// A is addressed by two strides: element (i, k) is a[i * a_row + k * a_step]. So the same loop serves
//   GEMM                        A packed: a_row 1, a_step = rows; or in place: a_row = lda, a_step 1
//   convolution                 rows are neighbouring pixels of a padded image: a_row = stride * channels, or
//                               stride times the length of an image row; a_step 1
//   its gradient by weights     rows are filter taps, k runs over pixels: a_row 1, a_step = stride * channels
#include "kernels/cpu/simd.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

constexpr int tile_vectors = 2;
constexpr int tile_rows = registers == 32 ? 14 : 6;
constexpr int tile_columns = tile_vectors * lanes;
// A tile of one register width has twice the rows; a tile of three has 4 rows with 16 registers and 9 with
// 32. The registers hold rows * vectors accumulators, `vectors` of B and one element of A.
constexpr int tile_rows_of(int vectors) {
  return vectors == 1 ? 2 * tile_rows : vectors == 2 ? tile_rows : registers == 32 ? 9 : 4;
}

template <int value>
struct Constant {  // a compile-time integer, passed as an ordinary argument
  TRIPTYCH_INLINE constexpr operator Index() const { return value; }
  static constexpr int number = value;
};

template <int rows, int vectors>
using Tile = Floats[rows][vectors];

template <int rows, int vectors>
TRIPTYCH_INLINE void clear(Tile<rows, vectors>& c) {
#pragma GCC unroll 32
  for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) c[i][v] = Floats{};
}

// `visit(bk)` is called with each row of B while it is in registers: the first tile that reads a panel can
// pack it.
template <int rows, int vectors, class Row, class Step, class Visit>
TRIPTYCH_INLINE void accumulate(Tile<rows, vectors>& c, Index k, const float* a, Row a_row, Step a_step,
                                const float* b, Index b_step, Visit visit) {
  for (Index step = 0; step < k; ++step, a += Index(a_step), b += b_step) {
    // Hides that `a` is derived from its old value: otherwise GCC reuses elements of A from one step to the
    // next, which saves a load and spills two registers.
    asm("" : "+r"(a));
    Floats bk[vectors];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) bk[v] = load(b + v * lanes);
    visit(bk);
#pragma GCC unroll 32
    for (int i = 0; i < rows; ++i) {
      const Floats ai = broadcast(a[i * Index(a_row)]);
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) c[i][v] = ai * bk[v] + c[i][v];
    }
  }
}
template <int rows, int vectors, class Row, class Step>
TRIPTYCH_INLINE void accumulate(Tile<rows, vectors>& c, Index k, const float* a, Row a_row, Step a_step,
                                const float* b, Index b_step) {
  accumulate(c, k, a, a_row, a_step, b, b_step, [](const Floats(&)[vectors]) {});
}

// Calls put(row, column, value, part) for each register that covers one of the first `columns` columns; part
// is the covered share of the register. A full tile is branch-free straight-line code. An edge tile goes
// through memory in a loop: unrolled code for partial registers would be large, and edges are rare.
template <int rows, int vectors, class Put>
TRIPTYCH_INLINE void for_tile(const Tile<rows, vectors>& c, Index columns, Put put) {
  if (columns >= vectors * lanes) {
#pragma GCC unroll 32
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) put(i, v * lanes, c[i][v], Whole{});
    return;
  }
  float edge[rows][vectors * lanes];
#pragma GCC unroll 32
  for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) store(&edge[i][v * lanes], c[i][v]);
#pragma GCC unroll 1
  for (int i = 0; i < rows; ++i)
    sweep(0, columns, [&](Index j, auto part) { put(i, j, load(&edge[i][j]), part); });
}

// Calls body(Constant<n>), which turns the run-time value 1 <= n <= most into a compile-time one.
template <int most, class Body>
TRIPTYCH_INLINE void with_constant(Index n, Body body) {
  if constexpr (most > 0) {
    if (n == most)
      body(Constant<most>{});
    else
      with_constant<most - 1>(n, body);
  }
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
