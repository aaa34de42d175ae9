#pragma once
// Loop 1 of gemm.cpp: a column of tiles of C, from top to bottom, which read the same panel of B.
#include "kernels/cpu/microkernel.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// Software prefetch. Each tile prefetches some rows of the next panel of B, `step` floats apart, and the rows
// of the next tile of C. Prefetching all of them back to back would fill the line-fill buffers of the core
// and stall a dozen multiply-adds; so the sum over k is split into parts of `every` steps, and each part
// prefetches one row of B and one of C.
struct Ahead {
  const float* b;
  Index step, rows;
  Index every;
};

// The tiles still to be computed: c = alpha a b + beta c, with a separate a [rows, k] for each tile and one b
// [k, vectors * lanes] for all.
struct Column {
  Index tiles;
  Index k;
  const float* a;
  Index a_row, a_step;
  Index a_next;  // the next tile's rows start rows * a_next further on: a_row in place, k when packed
  const float* b;
  Index b_step;
  float alpha, beta;
  float* c;
  Index ldc, columns;         // the number of the tiles' columns that exist in C
  const float* c_afterwards;  // the destination of the tile after the last
  Ahead ahead;
};

// c = alpha * tile + beta * c for a tile [rows, width] in memory, which is overwritten. c is not read if beta
// = 0.
__attribute__((noinline)) inline void put_copy(float* tile, Index rows, Index width, Index columns,
                                               float alpha, float beta, float* c, Index ldc) {
  // A separate pass over memory, so that the product is always rounded before beta * c is added. Multiplying
  // in registers would need one more register for alpha than the tile leaves free.
  for (Index i = 0; i < rows * width; i += lanes) store(tile + i, broadcast(alpha) * load(tile + i));
  for (Index i = 0; i < rows; ++i, tile += width, c += ldc)
    sweep(0, columns, [=](Index j, auto part) {
      const Floats value = load(tile + j);
      part.put(c + j, beta == 0 ? value : value + broadcast(beta) * part.get(c + j));
    });
}

// Writes a finished tile to C. Most tiles are full and are assigned or added without a multiplication; the
// rare other cases go through memory.
template <int rows, int vectors>
TRIPTYCH_INLINE void put_tile(const Tile<rows, vectors>& tile, Index columns, float alpha, float beta,
                              float* c, Index ldc) {
  constexpr Index width = vectors * lanes;
  const bool plain = alpha == 1 && columns == width;
  if (plain && beta == 0) {
    for_tile(tile, width, [=](Index i, Index j, Floats value, auto) { store(c + i * ldc + j, value); });
  } else if (plain && beta == 1) {
    for_tile(tile, width, [=](Index i, Index j, Floats value, auto) {
      float* to = c + i * ldc + j;
      store(to, value + load(to));
    });
  } else {
    float copy[rows * width];
    for_tile(tile, width, [&](Index i, Index j, Floats value, auto) { store(copy + i * width + j, value); });
    put_copy(copy, rows, width, columns, alpha, beta, c, ldc);
  }
}

// Calls visit(p') once in every cache line of p[0 .. width): a line is 16 floats, and p need not be aligned.
template <int width, class Visit>
TRIPTYCH_INLINE void for_lines(const float* p, Visit visit) {
#pragma GCC unroll 4
  for (int j = 0; j < width; j += 16) visit(p + j);
  visit(p + width - 1);
}

// Computes the first `tiles` tiles of the column and advances the column past them. They form one loop
// because the out-of-order window of a core covers about fifty cycles: the instructions between the end of
// one sum and the start of the next have to fit into it, otherwise the multipliers idle.
template <int rows, int vectors, class Visit>
TRIPTYCH_INLINE void multiply_tiles(Column& column, Index tiles, Visit visit) {
  constexpr int width = vectors * lanes;
  const Column all = column;
  const Ahead& ahead = all.ahead;
  const Index part_of_a = ahead.every * all.a_step, part_of_b = ahead.every * all.b_step;
  const float *a = all.a, *next_b = ahead.b;
  float* c = all.c;
  for (Index t = 0; t < tiles; ++t) {
    // Keeps one pointer for the tile; the compiler would otherwise keep one for each register of it.
    asm("" : "+r"(c));
    Tile<rows, vectors> tile;
    clear(tile);
    const float *at = a, *b = all.b;
    const float* next_c = t + 1 < all.tiles ? c + rows * all.ldc : all.c_afterwards;
    Index part = 0;
    for (Index left = all.k; left > 0; left -= ahead.every, ++part) {
      if (part < ahead.rows) {
        for_lines<width>(next_b, [](const float* line) { __builtin_prefetch(line); });
        next_b += ahead.step;
      }
      if (part < rows) {
        for_lines<width>(next_c, [](const float* line) { __builtin_prefetch(line, 1); });
        next_c += all.ldc;
      }
      accumulate(tile, minimum(ahead.every, left), at, all.a_row, all.a_step, b, all.b_step, visit);
      at += part_of_a, b += part_of_b;
    }
    put_tile(tile, all.columns, all.alpha, all.beta, c, all.ldc);
    a += rows * all.a_next, c += rows * all.ldc;
  }
  column.tiles -= tiles, column.a = a, column.c = c, column.ahead.b = next_b;
}

// b is a packed panel.
template <int rows, int vectors>
__attribute__((noinline)) void multiply_packed(Column& column, Index tiles) {
  multiply_tiles<rows, vectors>(column, tiles, [](const Floats(&)[vectors]) {});
}

// One tile; b is in B itself, and copy[k][vectors * lanes] becomes the packed panel for the following tiles.
template <int rows, int vectors>
__attribute__((noinline)) void multiply_in_passing(Column& column, float* copy) {
  multiply_tiles<rows, vectors>(column, 1, [&](const Floats(&bk)[vectors]) {
    for (int v = 0; v < vectors; ++v) store(copy + v * lanes, bk[v]);
    copy += vectors * lanes;
  });
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
