#include "kernels/cpu/gemm.h"

#include <omp.h>

#include "kernels/cpu/parallel.h"

// The five loops of BLIS (Van Zee & van de Geijn 2015), from the outside in. What each block is for:
//
//   5  jc over n by block_columns   the panels of B for one block_k: they stay in L3, and every thread reads them
//   4  pc over k by block_k         one micro-panel of A and one of B, side by side in L1 and L2
//        pack B: all panels of op(B)[pc, jc], shared
//   3  ic over m by block_rows      a block of A, in the L2 of one core; the blocks are what the threads share
//        pack A: its tiles of op(A)[ic, pc], one thread's own
//   2  jr over the panels of B
//   1  ir over the tiles of A       the micro-kernel: tile_rows x tile_columns of C
//
// Packing puts the numbers in the order in which the micro-kernel reads them: no page is left half read, no power of
// two in lda throws rows out of the cache, and both transposes are gone after it.
//
// A tile of C is always computed by one thread, its k blocks in order: the sum that makes an element depends on the
// shape alone, and any number of threads gives the same bits.
namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

constexpr Index block_k = 256;     // a tile of A: 14 x 256 floats = 14 KiB, under half of an L1
constexpr Index block_tiles = 12;  // a block of A: 168 x 256 floats = 168 KiB, under half of an L2
constexpr Index block_columns = 64 * tile_columns;  // the panels of B: 2 MiB with AVX-512
constexpr Index fewest_blocks = 8;                  // pieces to share, where m and n allow it

struct Operand {
  const float* data;
  Index row, column;  // distances between neighbours of op(X)
  const float* at(Index i, Index j) const { return data + i * row + j * column; }
};

Operand operand(Transpose t, const float* data, Index ld) {
  return t == Transpose::no ? Operand{data, ld, 1} : Operand{data, 1, ld};
}

// to[step][width] = rows `step` of op(B), `columns` of them filled and the rest 0.
void pack_panel(Operand b, Index k, Index columns, float* to) {
  if (b.column == 1 && columns == tile_columns) {
    for (Index step = 0; step < k; ++step, to += tile_columns)
      for (int v = 0; v < tile_vectors; ++v) store(to + v * lanes, load(b.data + step * b.row + v * lanes));
    return;
  }
  // A cache line of each column in turn, so that the 16 rows of `to` which it meets stay in L1.
  constexpr Index line = 16;
  for (Index first = 0; first < k; first += line)
    for (Index j = 0; j < tile_columns; ++j)
      for (Index step = first; step < minimum(first + line, k); ++step)
        to[step * tile_columns + j] = j < columns ? *b.at(step, j) : 0.0f;
}

// to[step][rows] = a tile of op(A), turned so that the rows lie side by side.
template <int rows>
void pack_tile(Operand a, Index k, float* to) {
  if (a.row == 1) {
    for (Index step = 0; step < k; ++step, to += rows)
      for (Index i = 0; i < rows; ++i) to[i] = a.data[step * a.column + i];
    return;
  }
  for (Index step = 0; step < k; ++step, to += rows)
    for (Index i = 0; i < rows; ++i) to[i] = a.data[i * a.row + step];
}

// What becomes of a finished tile: c = alpha * tile + beta * c, and c unread where beta is 0.
template <int rows, int vectors>
TRIPTYCH_INLINE void put_tile(const Tile<rows, vectors>& tile, Index columns, float alpha, float beta,
                              float* c, Index ldc) {
  const Floats factor = broadcast(alpha), keep = broadcast(beta);
  for_tile(tile, columns, [&](int i, int j, Floats value, auto part) {
    float* to = c + i * ldc + j;
    part.put(to, beta == 0 ? factor * value : factor * value + keep * part.get(to));
  });
}

struct Problem {
  Index m, n, k;
  float alpha;
  Operand a, b;
  float beta;
  float* c;
  Index ldc;
};

// One pass of loops 5 and 4: columns jc .. jc + n, sums over pc .. pc + k.
struct Pass {
  Index jc, n, pc, k;
  float beta;       // the caller's for the first k block, then 1
  Cut tiles;        // the rows of C, cut into tiles of at most tile_rows
  Cut blocks;       // the tiles, cut into blocks
  Cut groups;       // the panels, cut further where there are too few blocks
  bool b_in_place;  // each panel is read by one tile only: packing it would cost as much as using it
};

Pass plan(const Problem& p, Index jc, Index pc) {
  Pass pass;
  pass.jc = jc, pass.n = minimum(block_columns, p.n - jc);
  pass.pc = pc, pass.k = minimum(block_k, p.k - pc);
  pass.beta = pc == 0 ? p.beta : 1.0f;
  pass.tiles = {p.m, divide_up(p.m, tile_rows)};
  const Index panels = divide_up(pass.n, tile_columns);
  pass.blocks = {pass.tiles.parts,
                 maximum(divide_up(pass.tiles.parts, block_tiles), minimum(fewest_blocks, pass.tiles.parts))};
  pass.groups = {panels, minimum(panels, divide_up(fewest_blocks, pass.blocks.parts))};
  pass.b_in_place = pass.tiles.parts == 1 && p.b.column == 1;
  return pass;
}

// Loops 2 and 1 for one block of A and one group of panels.
void multiply_block(const Problem& p, const Pass& pass, Index block, Index group, const float* panels,
                    float* packed) {
  const Index first = pass.blocks.begin(block), end = pass.blocks.begin(block + 1);
  float* to = packed;
  for (Index t = first; t < end; ++t) {
    const Index rows = pass.tiles.size(t);
    with_constant<tile_rows>(rows, [&](auto r) {
      pack_tile<decltype(r)::number>({p.a.at(pass.tiles.begin(t), pass.pc), p.a.row, p.a.column}, pass.k, to);
    });
    to += rows * pass.k;
  }
  for (Index panel = pass.groups.begin(group); panel < pass.groups.begin(group + 1); ++panel) {
    const Index column = pass.jc + panel * tile_columns;
    const Index columns = minimum(tile_columns, pass.jc + pass.n - column);
    const bool in_place = pass.b_in_place && columns == tile_columns;
    const float* b = in_place ? p.b.at(pass.pc, column) : panels + panel * tile_columns * pass.k;
    const Index b_step = in_place ? p.b.row : tile_columns;
    const float* a = packed;
    for (Index t = first; t < end; ++t) {
      const Index row = pass.tiles.begin(t), rows = pass.tiles.size(t);
      with_constant<tile_rows>(rows, [&](auto r) {
        constexpr int count = decltype(r)::number;
        Tile<count, tile_vectors> tile;
        clear(tile);
        accumulate(tile, pass.k, a, Constant<1>{}, Constant<count>{}, b, b_step);
        put_tile(tile, columns, p.alpha, pass.beta, p.c + row * p.ldc + column, p.ldc);
      });
      a += rows * pass.k;
    }
  }
}

void run(Context& context, const Problem& p, const Pass& pass, float* panels, float* packed,
         Index packed_size) {
  const bool shared = context.threads > 1 && p.m * p.n * p.k >= 32 * worth_sharing;
#pragma omp parallel num_threads(context.threads) if (shared)
  {
#pragma omp for schedule(static)
    for (Index panel = 0; panel < pass.groups.n; ++panel) {
      const Index column = panel * tile_columns, columns = minimum(tile_columns, pass.n - column);
      if (pass.b_in_place && columns == tile_columns) continue;
      pack_panel({p.b.at(pass.pc, pass.jc + column), p.b.row, p.b.column}, pass.k, columns,
                 panels + column * pass.k);
    }
    float* own = packed + omp_get_thread_num() * packed_size;
#pragma omp for schedule(dynamic) nowait
    for (Index task = 0; task < pass.blocks.parts * pass.groups.parts; ++task)
      multiply_block(p, pass, task / pass.groups.parts, task % pass.groups.parts, panels, own);
  }
}

void scale_rows(const Problem& p) {
  for (Index i = 0; i < p.m; ++i)
    for (Index j = 0; j < p.n; ++j) p.c[i * p.ldc + j] = p.beta == 0 ? 0 : p.beta * p.c[i * p.ldc + j];
}

constexpr Index few_columns = 4;

// n <= few_columns and A by rows: a tile would compute 32 columns to keep one (a linear unit with one output). Each element
// is a dot product instead, the lanes along k; op(B) is turned, so that its columns lie in one piece.
void multiply_few_columns(Context& context, const Problem& p) {
  ScratchScope scope(context.scratch);
  float* columns = context.scratch.take<float>(p.n * p.k);
  for (Index j = 0; j < p.n; ++j)
    for (Index step = 0; step < p.k; ++step) columns[j * p.k + step] = *p.b.at(step, j);
  parallel_for(context, p.m, p.n * p.k, [&](Index i) {
    for (Index j = 0; j < p.n; ++j) {
      const float *a = p.a.at(i, 0), *b = columns + j * p.k;
      Floats sums[4] = {};  // side by side, to hide the latency of an addition
      Index step = 0;
      for (; step + 4 * lanes <= p.k; step += 4 * lanes)
        for (int v = 0; v < 4; ++v)
          sums[v] = load(a + step + v * lanes) * load(b + step + v * lanes) + sums[v];
      sweep(step, p.k, [&](Index at, auto part) { sums[0] = part.get(a + at) * part.get(b + at) + sums[0]; });
      float& c = p.c[i * p.ldc + j];
      const float value = p.alpha * sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
      c = p.beta == 0 ? value : value + p.beta * c;
    }
  });
}

}  // namespace

void gemm(Context& context, Transpose ta, Transpose tb, Index m, Index n, Index k, float alpha,
          const float* a, Index lda, const float* b, Index ldb, float beta, float* c, Index ldc) {
  const Problem p = {m, n, k, alpha, operand(ta, a, lda), operand(tb, b, ldb), beta, c, ldc};
  if (m == 0 || n == 0) return;
  if (k == 0) return scale_rows(p);
  // A column is a row lying down: c^T = b^T A^T reads A in place where A is stored turned.
  if (n == 1 && m > 1 && ldc == 1 && ta == Transpose::yes)
    return gemm(context, tb == Transpose::no ? Transpose::yes : Transpose::no, Transpose::no, 1, m, k, alpha,
                b, ldb, a, lda, beta, c, m);
  if (n <= few_columns && k >= 2 * lanes && ta == Transpose::no) return multiply_few_columns(context, p);
  ScratchScope scope(context.scratch);
  const Index packed_size = round_up(minimum(m, block_tiles * tile_rows) * minimum(k, block_k), 16);
  float* packed = context.scratch.take<float>(packed_size * context.threads);
  float* panels = context.scratch.take<float>(panels_size(minimum(k, block_k), minimum(n, block_columns)));
  for (Index jc = 0; jc < n; jc += block_columns)
    for (Index pc = 0; pc < k; pc += block_k) run(context, p, plan(p, jc, pc), panels, packed, packed_size);
}

Index panels_size(Index k, Index n) {
  return k * round_up(n, tile_columns);
}

void pack_panels(Transpose tb, Index k, Index n, const float* b, Index ldb, float* panels) {
  const Operand op = operand(tb, b, ldb);
  for (Index column = 0; column < n; column += tile_columns)
    pack_panel({op.at(0, column), op.row, op.column}, k, minimum(tile_columns, n - column),
               panels + column * k);
}

void multiply_panels(Index m, Index n, Index k, const float* a, Index lda, const float* panels,
                     bool accumulate_c, float* c, Index ldc) {
  const Cut tiles = {m, divide_up(m, tile_rows)};
  for (Index column = 0; column < n; column += tile_columns)
    for (Index t = 0; t < tiles.parts; ++t) {
      const Index row = tiles.begin(t);
      with_constant<tile_rows>(tiles.size(t), [&](auto r) {
        Tile<decltype(r)::number, tile_vectors> tile;
        clear(tile);
        accumulate(tile, k, a + row * lda, lda, Constant<1>{}, panels + column * k, Index(tile_columns));
        put_tile(tile, minimum(tile_columns, n - column), 1.0f, accumulate_c ? 1.0f : 0.0f,
                 c + row * ldc + column, ldc);
      });
    }
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
