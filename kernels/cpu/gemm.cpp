#include "kernels/cpu/gemm.h"

#include "kernels/cpu/packing.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/thin_products.h"

// The loops of BLIS (Van Zee & van de Geijn 2015), in an order of their own, from the outside in. What each block is for:
//
//   4  regions of C: blocks of rows   the tasks, which threads share; one thread has a region from start to end, so that there is
//      x groups of panels of B        one parallel loop in a product and no barrier in between
//   3  pc over k by block_k           a block of A stays in the L2 of one core, a panel of B in L1
//   2  the panels of a group          one panel of B
//   1  the tiles of a block           the micro-kernel: tile_rows_of(vectors) x vectors * lanes of C
//
// Where BLIS packs both operands before it multiplies, here as little is copied as can be, and just before it is used:
//   - rows of B that lie in one piece are read in place by the first tile of a block, which leaves a packed copy of them on
//     its way: two or three stores hide behind a dozen multiply-adds. The other tiles fetch the next panel's rows;
//   - B turned (its columns in one piece) is packed a panel at a time, by squares of registers;
//   - A is read in place, unless its rows would meet in the same lines of the cache, or so many panels read it that one
//     straight line is worth a copy.
//
// How many regions there are depends on the number of threads, but a tile of C is always computed by one of them, its k
// blocks in order: the sum that makes an element depends on the shape alone, and any number of threads gives the same bits.
namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

constexpr Index block_k = 256;  // a panel of B: 256 x 16 (AVX2) or 32 floats, 16 or 32 KiB: an L1
constexpr Index block_a =
    65536;  // floats of a block of A: 256 KiB, a half of an L2 or less; 256 rows, or more where k is short
// Of a region that is gone over once for each block of k: with 256 to 512 rows 2 to 4 MiB of an L3.
constexpr Index block_columns = 2048;
// Where m and n allow it: fewer leave threads idle at the end, more read A or B more often. A product of microseconds has one
// for a thread: what it saves is more than it could wait for.
constexpr Index regions_per_thread = 2;
constexpr Index region_work = 1 << 22;  // multiply-adds of a region, at least: some 100 microseconds
constexpr Index worth_packing = 8;      // panels of a group, which each block of A is packed for
constexpr Index few_panels = 32;        // that read A in place
constexpr Index same_lines = 512;  // rows this far apart, in floats, meet in an eighth of the sets of an L1

// 0 .. n - 1 in `parts` runs, the longer ones first. Like Cut, but without a division at each step.
struct Runs {
  Index parts, shorter, longer_ones;
  Runs(Index n, Index count) : parts(count), shorter(n / count), longer_ones(n % count) {}
  Index size(Index part) const { return shorter + (part < longer_ones); }
  Index begin(Index part) const { return part * shorter + minimum(part, longer_ones); }
};

// How C is cut.
struct Regions {
  Runs tiles;   // the rows of C, cut into tiles
  Cut blocks;   // the tiles, cut into blocks
  Cut groups;   // the panels, cut into groups
  bool pack_a;  // a block of A is read so often, or lies so badly, that one straight line is worth a copy
  Index count() const { return blocks.parts * groups.parts; }
};

template <int vectors>
Regions regions_of(const Problem& p, Index depth, Index threads) {
  constexpr Index width = vectors * lanes;
  const Index panels = divide_up(p.n, width), tiles = divide_up(p.m, tile_rows_of(vectors));
  const Index most = minimum(regions_per_thread, maximum(1, p.m * p.n * p.k / (threads * region_work)));
  const Index wanted = threads == 1 ? 1 : threads * most;
  Index blocks = divide_up(p.m * depth, block_a);
  if (blocks >= threads) blocks = round_up(blocks, threads);  // as many for each
  Index groups = p.k > depth ? divide_up(panels, block_columns / width) : 1;
  groups = maximum(groups, minimum(divide_up(wanted, blocks), blocks == 1 ? panels : panels / worth_packing));
  // Too few panels for all threads: rows, then.
  blocks = maximum(blocks, minimum(tiles, divide_up(threads, groups)));
  const Index readers = divide_up(panels, groups);
  const bool scattered = p.a.row == 1 || p.a.row % same_lines == 0;
  return {{p.m, tiles}, {tiles, blocks}, {panels, groups}, readers > (scattered ? 4 : few_panels)};
}

// One pass of loop 3 over a region: sums over pc .. pc + k.
struct Pass {
  Index pc, k;
  float beta;         // the caller's for the first k block, then 1
  Index tile, tiles;  // of C's tiles, the first of the region and how many it has, one below the other
};

// What a tile fetches on its way: rows of the next panel of B, `step` floats apart, and its rows of the next tile of C. All at once
// they would fill the queue of a core for lines that are on their way, and a dozen multiply-adds would wait; so the sum over k is cut
// into parts, and each part of `every` steps fetches one row of either. No parts: C's rows at once, and none of B.
struct Fetch {
  const float* b;
  Index step, rows;
  Index parts, every;
};

// One call of the micro-kernel: c = alpha a b + beta c, with a [rows, k] and b [k, vectors * lanes].
struct TileTask {
  Index k;
  const float* a;
  Index a_row, a_step;
  const float* b;
  Index b_step;
  float alpha, beta;
  float* c;
  Index ldc, columns;   // of the tile's columns, those that C has
  const float* next_c;  // where the tile after this one will go
  Fetch fetch;
};

// What becomes of a finished tile: c = alpha * tile + beta * c, and c unread where beta is 0.
template <int rows, int vectors>
TRIPTYCH_INLINE void put_tile(const Tile<rows, vectors>& tile, Index columns, float alpha, float beta,
                              float* c, Index ldc) {
  const Floats factor = broadcast(alpha), keep = broadcast(beta);
  for_tile(tile, columns, [=](Index i, Index j, Floats value, auto part) {
    float* to = c + i * ldc + j;
    part.put(to, beta == 0 ? factor * value : factor * value + keep * part.get(to));
  });
}

// fetch(line) for every cache line of p[0 .. width): a line is 16 floats, and p need not begin one.
template <int width, class Fetch>
TRIPTYCH_INLINE void for_lines(const float* p, Fetch fetch) {
#pragma GCC unroll 4
  for (int j = 0; j < width; j += 16) fetch(p + j);
  fetch(p + width - 1);
}

template <int rows, int vectors, class Meet>
TRIPTYCH_INLINE void multiply_tile(const TileTask& task, Meet meet) {
  constexpr int width = vectors * lanes;
  Tile<rows, vectors> tile;
  clear(tile);
  const float *a = task.a, *b = task.b, *next_b = task.fetch.b, *next_c = task.next_c;
  const auto fetch_c = [&] {
    for_lines<width>(next_c, [](const float* line) { __builtin_prefetch(line, 1); });
    next_c += task.ldc;
  };
  if (task.fetch.parts == 0)
#pragma GCC unroll 16
    for (int i = 0; i < rows; ++i) fetch_c();
  for (Index part = 0; part < task.fetch.parts; ++part) {
    if (part < task.fetch.rows) for_lines<width>(next_b, [](const float* line) { __builtin_prefetch(line); });
    if (part < rows) fetch_c();
    next_b += task.fetch.step;
    accumulate(tile, task.fetch.every, a, task.a_row, task.a_step, b, task.b_step, meet);
    a += task.fetch.every * task.a_step, b += task.fetch.every * task.b_step;
  }
  accumulate(tile, task.k - task.fetch.parts * task.fetch.every, a, task.a_row, task.a_step, b, task.b_step,
             meet);
  put_tile(tile, task.columns, task.alpha, task.beta, task.c, task.ldc);
}

// b is a panel.
template <int rows, int vectors>
void multiply_packed(const TileTask& task) {
  multiply_tile<rows, vectors>(task, [](const Floats(&)[vectors]) {});
}

// b lies in B; copy[k][vectors * lanes] becomes the panel for the tiles that follow.
template <int rows, int vectors>
void multiply_in_passing(const TileTask& task, float* copy) {
  multiply_tile<rows, vectors>(task, [&](const Floats(&bk)[vectors]) {
    for (int v = 0; v < vectors; ++v) store(copy + v * lanes, bk[v]);
    copy += vectors * lanes;
  });
}

// Loop 1: a block of A with one panel of B, whose first column is `column`; then comes the one at `next_column`. `panel` and `packed` are
// memory of the thread.
template <int vectors>
void multiply_panel(const Problem& p, const Regions& regions, const Pass& pass, Index column,
                    Index next_column, bool first_panel, float* panel, float* packed) {
  constexpr int width = vectors * lanes;
  const Index columns = minimum(width, p.n - column);
  const bool in_passing = p.b.column == 1 && columns == width;  // the first tile makes the copy
  if (!in_passing) pack_panel<vectors>(p.b.from(pass.pc, column), pass.k, columns, panel);
  const Runs& tiles = regions.tiles;
  const Index first = pass.tile, end = first + pass.tiles;
  Operand a = p.a.from(tiles.begin(first), pass.pc);
  TileTask task = {pass.k,   a.data,    a.row,
                   a.column, panel,     width,
                   p.alpha,  pass.beta, p.c + tiles.begin(first) * p.ldc + column,
                   p.ldc,    columns,   nullptr,
                   {}};
  const float* next_panel = task.c + (next_column - column);
  // The next panel's rows lie a whole row of B apart, so that the processor cannot foresee them. Each tile but the first,
  // which has its own to wait for, fetches some; a tile that is alone fetches all.
  const bool alone = end == first + 1;
  const Index share = in_passing ? divide_up(pass.k, alone ? 1 : end - first - 1) : 0;
  const Index parts = minimum(pass.k, maximum(share, tile_rows_of(vectors)));
  task.fetch = {p.b.at(pass.pc, column + width), p.b.row, share, parts, pass.k / parts};
  for (Index t = first; t < end; ++t) {
    const Index rows = tiles.size(t);
    task.next_c = t + 1 < end ? task.c + rows * p.ldc : next_panel;
    with_constant<tile_rows_of(vectors)>(rows, [&](auto constant) {
      constexpr int count = decltype(constant)::number;
      if (regions.pack_a) {
        if (first_panel) pack_tile<count>(a, pass.k, packed);
        task.a = packed, task.a_row = 1, task.a_step = count;
      }
      if (in_passing && t == first) {
        TileTask reader = task;
        reader.b = p.b.at(pass.pc, column), reader.b_step = p.b.row;
        if (!alone) reader.fetch.parts = 0;
        multiply_in_passing<count, vectors>(reader, panel);
      } else {
        multiply_packed<count, vectors>(task);
        task.fetch.b += share * p.b.row;
      }
    });
    a = a.from(rows, 0);
    task.a = a.data, task.c += rows * p.ldc, packed += rows * pass.k;
  }
}

// C with tiles that are `vectors` registers wide.
template <int vectors>
void multiply(Context& context, const Problem& p) {
  constexpr int width = vectors * lanes;
  // Blocks of k that are whole registers long, so that squares fit into them; the last may be shorter.
  const Index registers = divide_up(p.k, lanes);
  const Index depth = divide_up(registers, divide_up(p.k, block_k)) * lanes;
  const Index panel_size = round_up(width * depth + packing_slack, 16);
  const bool shared = context.threads > 1 && p.m * p.n * p.k >= 32 * worth_sharing;
  const Regions regions = regions_of<vectors>(p, depth, shared ? context.threads : 1);
  const Index most_tiles = divide_up(regions.tiles.parts, regions.blocks.parts);
  const Index packed_size =
      regions.pack_a ? round_up(most_tiles * tile_rows_of(vectors) * depth + packing_slack, 16) : 0;
  ScratchScope scope(context.scratch);
  const OwnMemory memory(context, panel_size + packed_size);
  share_out(context, shared, regions.count(), [&](Index region, Index thread) {
    float* panel = memory.of(thread);
    const Index block = region / regions.groups.parts, group = region % regions.groups.parts;
    const Index begin = regions.groups.begin(group), end = begin + regions.groups.size(group);
    for (Index pc = 0; pc < p.k; pc += depth) {
      const Pass pass = {pc, minimum(depth, p.k - pc), pc == 0 ? p.beta : 1.0f, regions.blocks.begin(block),
                         regions.blocks.size(block)};
      for (Index i = begin; i < end; ++i)
        multiply_panel<vectors>(p, regions, pass, i * width, (i + 1 < end ? i + 1 : begin) * width,
                                i == begin, panel, panel + panel_size);
    }
  });
}

void scale_rows(const Problem& p) {
  for (Index i = 0; i < p.m; ++i)
    for (Index j = 0; j < p.n; ++j) p.c[i * p.ldc + j] = p.beta == 0 ? 0 : p.beta * p.c[i * p.ldc + j];
}

// C^T = op(B)^T op(A)^T into memory of its own, then turned: B, which would have to be turned whole, is read in place.
void multiply_turned(Context& context, const Problem& p) {
  ScratchScope scope(context.scratch);
  float* turned = context.scratch.take<float>(p.n * p.m);
  const Operand &a = p.a, &b = p.b;
  gemm(context, b.column == 1 ? Transpose::yes : Transpose::no,
       a.column == 1 ? Transpose::yes : Transpose::no, p.n, p.m, p.k, p.alpha, b.data,
       maximum(b.row, b.column), a.data, maximum(a.row, a.column), 0, turned, p.m);
  parallel_for(context, p.m, p.n, [&](Index i) {
    float* c = p.c + i * p.ldc;
    for (Index j = 0; j < p.n; ++j)
      c[j] = p.beta == 0 ? turned[j * p.m + i] : turned[j * p.m + i] + p.beta * c[j];
  });
}

// Elements of C and beyond that tiles compute, when all of them are full.
template <int vectors>
Index computed(Index m, Index n) {
  return round_up(m, tile_rows_of(vectors)) * round_up(n, vectors * lanes);
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
  if (m <= few_rows && n > few_columns && tb == Transpose::no) return multiply_few_rows(context, p);
  // Numbers that are moved to turn B, or else C (twice) and A.
  const Index a_turned = ta == Transpose::no ? m * k : 0;
  if (tb == Transpose::yes && 2 * m * n + a_turned < k * n) return multiply_turned(context, p);
  if (computed<3>(m, n) < computed<2>(m, n))
    multiply<3>(context, p);
  else
    multiply<2>(context, p);
}

Index panels_size(Index k, Index n) {
  return k * round_up(n, tile_columns) + packing_slack;
}

void pack_panels(Transpose tb, Index k, Index n, const float* b, Index ldb, float* panels) {
  const Operand op = operand(tb, b, ldb);
  for (Index column = 0; column < n; column += tile_columns)
    pack_panel<tile_vectors>(op.from(0, column), k, minimum(tile_columns, n - column), panels + column * k);
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
