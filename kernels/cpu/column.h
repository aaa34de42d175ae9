#pragma once
// The innermost of the loops of gemm.cpp: a column of C's tiles, one below the other, which read the same
// panel of B.
#include "kernels/cpu/microkernel.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// What tiles fetch on their way: each some rows of the next panel of B, `step` floats apart, and rows of the
// next tile of C. All at once they would fill the queue of a core for lines that are on their way, and a
// dozen multiply-adds would wait; so the sum over k is cut into parts of `every` steps, each of which fetches
// one row of either.
struct Ahead {
  const float* b;
  Index step, rows;
  Index every;
};

// Tiles that are still to be computed: c = alpha a b + beta c, with a [rows, k] of each tile's own and b
// [k, vectors * lanes].
struct Column {
  Index tiles;
  Index k;
  const float* a;
  Index a_row, a_step;
  Index a_next;  // the next tile's rows begin rows * a_next further: a_row in place, k where they are packed
  const float* b;
  Index b_step;
  float alpha, beta;
  float* c;
  Index ldc, columns;         // of the tiles' columns, those that C has
  const float* c_afterwards;  // where the tile after the last will go
  Ahead ahead;
};

// c = alpha * tile + beta * c for a tile [rows, width] in memory, which is changed; c is not read where beta
// is 0.
__attribute__((noinline)) inline void put_copy(float* tile, Index rows, Index width, Index columns,
                                               float alpha, float beta, float* c, Index ldc) {
  // By itself, so that always the same product is rounded; and here, since a register that holds alpha is one
  // too many for a tile.
  for (Index i = 0; i < rows * width; i += lanes) store(tile + i, broadcast(alpha) * load(tile + i));
  for (Index i = 0; i < rows; ++i, tile += width, c += ldc)
    sweep(0, columns, [=](Index j, auto part) {
      const Floats value = load(tile + j);
      part.put(c + j, beta == 0 ? value : value + broadcast(beta) * part.get(c + j));
    });
}

// What becomes of a finished tile. Most are whole, and are set or added: they cost no multiplication. What is
// rare goes through memory.
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

// visit(line) for every cache line of p[0 .. width): a line is 16 floats, and p need not begin one.
template <int width, class Visit>
TRIPTYCH_INLINE void for_lines(const float* p, Visit visit) {
#pragma GCC unroll 4
  for (int j = 0; j < width; j += 16) visit(p + j);
  visit(p + width - 1);
}

// The first `tiles` of the column, which then begins behind them. They are one loop because a core works
// ahead by some fifty cycles at most: what lies between the end of a sum and the start of the next has to fit
// into them, or the multipliers stand still.
template <int rows, int vectors, class Meet>
TRIPTYCH_INLINE void multiply_tiles(Column& column, Index tiles, Meet meet) {
  constexpr int width = vectors * lanes;
  const Column all = column;
  const Ahead& ahead = all.ahead;
  const Index part_of_a = ahead.every * all.a_step, part_of_b = ahead.every * all.b_step;
  const float *a = all.a, *next_b = ahead.b;
  float* c = all.c;
  for (Index t = 0; t < tiles; ++t) {
    // One pointer goes from tile to tile; the compiler would move one for each register of the tile.
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
      accumulate(tile, minimum(ahead.every, left), at, all.a_row, all.a_step, b, all.b_step, meet);
      at += part_of_a, b += part_of_b;
    }
    put_tile(tile, all.columns, all.alpha, all.beta, c, all.ldc);
    a += rows * all.a_next, c += rows * all.ldc;
  }
  column.tiles -= tiles, column.a = a, column.c = c, column.ahead.b = next_b;
}

// b is a panel.
template <int rows, int vectors>
__attribute__((noinline)) void multiply_packed(Column& column, Index tiles) {
  multiply_tiles<rows, vectors>(column, tiles, [](const Floats(&)[vectors]) {});
}

// One tile; b lies in B, and copy[k][vectors * lanes] becomes the panel for the tiles that follow.
template <int rows, int vectors>
__attribute__((noinline)) void multiply_in_passing(Column& column, float* copy) {
  multiply_tiles<rows, vectors>(column, 1, [&](const Floats(&bk)[vectors]) {
    for (int v = 0; v < vectors; ++v) store(copy + v * lanes, bk[v]);
    copy += vectors * lanes;
  });
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
