#pragma once
// The one inner loop of this folder. A small tile of C stays in registers while a sum runs over k:
//
//     C[i, j] += sum_k A[i, k] B[k, j]        i < rows, j < vectors * lanes
//
// Each step loads one row of B (`vectors` registers), and for each row i broadcasts one number of A and
// multiplies it into the row's accumulators: rows + vectors loads feed rows * vectors fused multiply-adds.
// The more registers there are, the larger the tile and the fewer loads a multiply-add costs:
//
//                    AVX-512, 32 registers           AVX2, 16 registers            portable, 16 registers
//      B[k, :]       [ 16 lanes ][ 16 lanes ]        [ 8 lanes ][ 8 lanes ]        [ 4 ][ 4 ]
//      A[0, k]  ->   [ c 0,0    ][ c 0,1    ]        [ c 0,0   ][ c 0,1   ]        [   ][   ]
//      A[1, k]  ->   [ c 1,0    ][ c 1,1    ]        [ c 1,0   ][ c 1,1   ]        [   ][   ]
//        ...                 ...                             ...                      ...
//      last row      14: 28 accumulators, 2 for B    6: 12 accumulators, 2 for B   6: the same
//
// A is read where it lies: element (i, k) is a[i * a_row + k * a_step]. That one line makes the loop serve
//   GEMM                        A packed: a_row 1, a_step = rows; or in place: a_row = lda, a_step 1
//   convolution                 rows are neighbouring pixels of a padded image: a_row = stride * channels, or stride * a row of it,
//                               a_step 1
//   its gradient by weights     rows are filter taps, k runs over pixels: a_row 1, a_step = stride * channels
#include "kernels/cpu/simd.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

constexpr int tile_vectors = 2;
constexpr int tile_rows = lanes == 16 ? 14 : 6;
constexpr int tile_columns = tile_vectors * lanes;
// A tile that is one register wide affords twice the rows, and one of three 4 rows of the 16 registers, 9 of
// the 32: rows * vectors accumulators, `vectors` for B and one for the number of A.
constexpr int tile_rows_of(int vectors) {
  return vectors == 1 ? 2 * tile_rows : vectors == 2 ? tile_rows : lanes == 16 ? 9 : 4;
}

template <int value>
struct Constant {  // an integer that the compiler knows, passed as an ordinary argument
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

// meet(bk) is called with each row of B while it is in registers: who reads a row first may leave a copy of
// it.
template <int rows, int vectors, class Row, class Step, class Meet>
TRIPTYCH_INLINE void accumulate(Tile<rows, vectors>& c, Index k, const float* a, Row a_row, Step a_step,
                                const float* b, Index b_step, Meet meet) {
  for (Index step = 0; step < k; ++step, a += Index(a_step), b += b_step) {
    asm(""
        : "+r"(
            a));  // no reuse of a[] from step to step: the compiler would pay for a load with two spilled registers
    Floats bk[vectors];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) bk[v] = load(b + v * lanes);
    meet(bk);
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

// put(row, column, value, part) for each register of the tile that has one of its `columns` first columns;
// part says how much of the register that is. A whole tile is straight code without a question in it; one at
// the edge goes through memory, in a loop, since straight code for every register's rest would be large, and
// edges are rare.
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

// body(Constant<n>) with the compile-time twin of n, 1 <= n <= most.
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
