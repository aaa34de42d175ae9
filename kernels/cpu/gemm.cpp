#include "kernels/cpu/gemm.h"

#include "kernels/caches.h"
#include "kernels/cpu/column.h"
#include "kernels/cpu/packing.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/table.h"
#include "kernels/cpu/thin_products.h"

// The loops of BLIS (Van Zee & van de Geijn 2015) in a different order. From the outermost to the innermost:
//
//   4  regions of C: blocks of rows x    the tasks of the threads. One thread computes a region from start to
//      groups of panels of B             end: one parallel loop per product and no barrier inside it
//   3  pc over k by kc                   a block of A stays in the L2 of a core, a panel of B in L1
//                                         (AVX-512: in L2)
//   2  the panels of a group             one panel of B
//   1  the tiles of a block (column.h)   tile_rows_of(vectors) x vectors * lanes of C (microkernel.h)
//
// BLIS packs both operands before it multiplies. Here packing is minimised and happens just before use:
//   - Contiguous rows of B are read in place. If many tiles follow, the first one packs the rows that it
//     reads, with two or three stores per dozen multiply-adds. The other tiles prefetch the rows of the next
//     panel.
//   - B transposed (contiguous columns) is packed panel by panel, in squares of registers.
//   - A is read in place, unless its rows map to the same cache sets or so many panels read it that a
//     contiguous copy pays.
//
// The number of regions depends on the number of threads. But one thread computes a tile of C, its k blocks
// in order; the threads may change the width of the panel that holds an element, never the order of its sum.
// So any number of threads gives the same bits.
namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// The largest kc. With AVX2 a panel of B is 256 x 16 or 24 floats, 16 or 24 KiB of L1. With AVX-512, 400 x 48
// floats exceed L1 and are read from L2, which is fast enough; there the limit is that adding a tile to C
// costs a store, so blocks of k are long. A constant, unlike mc and nc: it decides the order in which a sum
// is added, and a result must not depend on the caches of the machine.
constexpr Index most_kc = lanes == 16 ? 400 : 256;

// mc: a block of A takes half of L2, and 1 MiB at most. nc: the part of C that a thread adds to for each
// block of k, mc x nc, takes at most half of L3, and 4 MiB, since others share it.
template <int vectors>
Blocking blocking_of(Index k) {
  // Blocks of k are multiples of a register, so that packing squares fit; the last may be shorter.
  const Index kc = divide_up(divide_up(k, lanes), divide_up(k, most_kc)) * lanes;
  constexpr Index bytes = sizeof(float);
  const Index mc = maximum(1, minimum(caches().l2 / 2, 1 << 20) / bytes / kc);
  const Index nc = minimum(caches().l3 / 2, 4 << 20) / bytes / mc;
  return {mc, kc, nc, tile_rows_of(vectors), vectors * lanes};
}

// Up to this many tiles per column no tile packs: all read the rows of B in place. On Zen 4 a step of
// AVX-512's 9 x 3 tile takes 27 cycles, and 31 with three stores, however they are written. Elsewhere stores
// are free, and every further tile gains from contiguous rows.
Index few_tiles() {
#ifdef __AVX512F__
  __builtin_cpu_init();
  if (__builtin_cpu_is("amdfam19h")) return 16;
#endif
  return 1;
}
// Where m and n allow it: fewer leave threads idle at the end, more read A or B more often. Below region_work
// a thread has one region, because splitting costs more than the imbalance it could remove.
constexpr Index regions_per_thread = 2;
constexpr Index region_work = 1 << 22;  // minimal multiply-adds of a region: some 100 microseconds
constexpr Index worth_packing = 8;      // minimal panels per group, each of which reads the packed block of A
constexpr Index few_panels = 32;        // up to which A is read in place
constexpr Index same_lines = 1024;      // rows this far apart, in floats, map to the same sets of an L1
constexpr Index far_steps = 512;        // row distance, in floats, from which a transposed A is scattered

// 0 .. n - 1 in `parts` runs, the longer ones first. Like Cut, but without a division per call.
struct Runs {
  Index parts, shorter, longer_ones;
  Runs(Index n, Index count) : parts(count), shorter(n / count), longer_ones(n % count) {}
  Index size(Index part) const { return shorter + (part < longer_ones); }
  Index begin(Index part) const { return part * shorter + minimum(part, longer_ones); }
  Index end_of_alike(Index part) const { return part < longer_ones ? longer_ones : parts; }
};

// The width of the next panel, in registers, when a group has `left` registers left. A group of three-wide
// panels ends with one or two panels of two if its width is no multiple of three; a single last register is a
// panel of one. This minimises padding, and threads get equal shares.
template <int vectors>
constexpr Index panel_vectors(Index left) {
  return vectors == 3 && (left <= 2 || left == 4) ? minimum(left, 2) : minimum(left, vectors);
}

// The partition of C.
struct Regions {
  Runs tiles;   // the rows of C, partitioned into tiles
  Cut blocks;   // the tiles, partitioned into blocks
  Cut groups;   // the registers of its columns, partitioned into groups
  bool pack_a;  // a block of A is read often enough, or is scattered enough, for a packed copy to pay
  Index count() const { return blocks.parts * groups.parts; }
};

template <int vectors>
Regions regions_of(const Problem& p, const Blocking& by, Index threads) {
  const Index panels = divide_up(p.n, by.nr), tiles = divide_up(p.m, by.mr);
  const Index most = minimum(regions_per_thread, maximum(1, p.m * p.n * p.k / (threads * region_work)));
  const Index wanted = threads == 1 ? 1 : threads * most;
  Index blocks = divide_up(p.m, by.mc);
  if (blocks >= threads) blocks = round_up(blocks, threads);  // the same number for each thread
  Index groups = p.k > by.kc ? divide_up(panels, divide_up(by.nc, by.nr)) : 1;
  groups = maximum(groups, minimum(divide_up(wanted, blocks), blocks == 1 ? panels : panels / worth_packing));
  // Too few panels for all threads: more blocks of rows.
  blocks = maximum(blocks, minimum(tiles, divide_up(threads, groups)));
  const Index readers = divide_up(panels, groups);
  const bool scattered = p.a.row == 1 ? p.a.column >= far_steps : p.a.row % same_lines == 0;
  return {
      {p.m, tiles}, {tiles, blocks}, {divide_up(p.n, lanes), groups}, readers > (scattered ? 4 : few_panels)};
}

// One iteration of loop 3 over a region: the sums over pc .. pc + k.
struct Pass {
  Index pc, k;
  float beta;                     // the caller's for the first k block, then 1
  Index tile, tiles;              // the first tile of C in the region and their number, one below the other
  bool copies;                    // the first tile packs the rows of B that it reads in place, for the others
  const float* packed = nullptr;  // its rows of A as consecutive tiles; null: read in place
  // The rows of the next panel are a whole row of B apart, which hardware prefetchers do not detect. Each
  // tile prefetches some, except a first tile that packs and has others after it: it already waits for its
  // own rows.
  Ahead first = {}, others = {};
};

// Packs a block of A for a pass.
template <int vectors>
void pack_block(const Problem& p, const Runs& tiles, const Pass& pass, float* packed) {
  for (Index t = pass.tile; t < pass.tile + pass.tiles; ++t) {
    const Index rows = tiles.size(t);
    with_constant<tile_rows_of(vectors)>(rows, [&](auto constant) {
      pack_tile<decltype(constant)::number>(p.a.from(tiles.begin(t), pass.pc), pass.k, packed);
    });
    packed += rows * pass.k;
  }
}

// The position of a panel in B: its first row and column, and its number of columns (0: no panel).
struct Place {
  Index row, column, columns;
};

// Loop 1: the rows of A of a pass times one panel of B. `panel` is memory of the thread. Tiles have at most
// most_rows rows.
template <int vectors, int most_rows>
void multiply_panel(const Problem& p, const Runs& tiles, const Pass& pass, Place here, Place next,
                    float* panel) {
  constexpr int width = vectors * lanes;
  const Index first = pass.tile, end = first + pass.tiles;
  const Operand a = p.a.from(tiles.begin(first), pass.pc);
  float* c = p.c + tiles.begin(first) * p.ldc;
  Column rest = {.tiles = pass.tiles,
                 .k = pass.k,
                 .a = pass.packed ? pass.packed : a.data,
                 .a_row = a.row,
                 .a_step = a.column,
                 .a_next = a.row,
                 .b = panel,
                 .b_step = width,
                 .alpha = p.alpha,
                 .beta = pass.beta,
                 .c = c + here.column,
                 .ldc = p.ldc,
                 .columns = here.columns,
                 .c_afterwards = c + next.column,
                 .ahead = {}};
  // Tiles prefetch the next panel only if B is read in place, which then holds for that panel, too.
  const bool in_place = p.b.column == 1 && here.columns == width;
  const bool fetches = in_place && next.columns > 0;
  const float* next_b = p.b.at(next.row, next.column);
  // Field by field: a wide load of a copied struct would wait for the narrow stores (no store forwarding).
  const auto fetch = [&](const Ahead& ahead) {
    rest.ahead = {next_b, ahead.step, fetches ? ahead.rows : 0, ahead.every};
  };
  const auto with_rows = [&](Index rows, auto body) {
    if (pass.packed) rest.a_row = 1, rest.a_step = rows, rest.a_next = pass.k;
    with_constant<most_rows>(rows, body);
  };
  Index t = first;
  fetch(pass.first);
  if (in_place)
    rest.b = p.b.at(here.row, here.column), rest.b_step = p.b.row;
  else
    pack_panel<vectors>(p.b.from(here.row, here.column), pass.k, here.columns, panel);
  if (in_place && pass.copies) {
    with_rows(tiles.size(t),
              [&](auto rows) { multiply_in_passing<decltype(rows)::number, vectors>(rest, panel); });
    rest.b = panel, rest.b_step = width;
    ++t;
  }
  fetch(pass.others);
  while (t < end) {
    const Index alike = minimum(end, tiles.end_of_alike(t)) - t;
    with_rows(tiles.size(t),
              [&](auto rows) { multiply_packed<decltype(rows)::number, vectors>(rest, alike); });
    t += alike;
  }
}

// Loop 2: the rows of A of a pass times the panels of a group, registers `begin` to `end` of the columns.
template <int vectors>
void multiply_group(const Problem& p, const Runs& tiles, const Pass& pass, Index begin, Index end,
                    float* panel) {
  const Index end_column = minimum(p.n, end * lanes);
  const auto place = [&](Index row, Index at) {
    const Index column = at * lanes;
    return Place{row, column, minimum(panel_vectors<vectors>(end - at) * lanes, end_column - column)};
  };
  // After the last panel of a pass comes the first one of the next pass, if there is one.
  const Index next_row = pass.pc + pass.k;
  const Place afterwards = next_row < p.k ? place(next_row, begin) : Place{pass.pc, begin * lanes, 0};
  for (Index at = begin; at < end;) {
    const Place here = place(pass.pc, at);
    const Index width = panel_vectors<vectors>(end - at);
    at += width;
    const Place next = at < end ? place(pass.pc, at) : afterwards;
    with_constant<vectors>(width, [&](auto registers) {
      multiply_panel<decltype(registers)::number, tile_rows_of(vectors)>(p, tiles, pass, here, next, panel);
    });
  }
}

// The product with tiles that are `vectors` registers wide.
template <int vectors>
void multiply(Context& context, const Problem& p) {
  const Blocking by = blocking_of<vectors>(p.k);
  const bool by_rows = p.b.column == 1, copies = divide_up(p.m, by.mr) > few_tiles();
  const Index panel_size = round_up(by.nr * by.kc + packing_slack, 16);
  const bool shared = context.threads > 1 && p.m * p.n * p.k >= 32 * worth_sharing;
  const Regions regions = regions_of<vectors>(p, by, shared ? context.threads : 1);
  const Index most_tiles = divide_up(regions.tiles.parts, regions.blocks.parts);
  const Index packed_size = regions.pack_a ? round_up(most_tiles * by.mr * by.kc + packing_slack, 16) : 0;
  ScratchScope scope(context.scratch);
  const OwnMemory memory(context, panel_size + packed_size);
  share_out(context, shared, regions.count(), [&](Index region, Index thread) {
    float *panel = memory.of(thread), *packed = panel + panel_size;
    const Index block = region / regions.groups.parts, group = region % regions.groups.parts;
    for (Index pc = 0; pc < p.k; pc += by.kc) {
      Pass pass = {pc,
                   minimum(by.kc, p.k - pc),
                   pc == 0 ? p.beta : 1.0f,
                   regions.blocks.begin(block),
                   regions.blocks.size(block),
                   copies};
      if (regions.pack_a) {
        pack_block<vectors>(p, regions.tiles, pass, packed);
        pass.packed = packed;
      }
      const auto rows_ahead = [&](Index rows) {
        const Index parts = minimum(pass.k, maximum(rows, by.mr));
        return Ahead{nullptr, p.b.row, rows, divide_up(pass.k, parts)};
      };
      const bool first_waits = copies && pass.tiles > 1;
      pass.others = rows_ahead(by_rows ? divide_up(pass.k, pass.tiles - first_waits) : 0);
      pass.first = first_waits ? rows_ahead(0) : pass.others;
      multiply_group<vectors>(p, regions.tiles, pass, regions.groups.begin(group),
                              regions.groups.begin(group + 1), panel);
    }
  });
}

void scale_rows(const Problem& p) {
  for (Index i = 0; i < p.m; ++i)
    for (Index j = 0; j < p.n; ++j) p.c[i * p.ldc + j] = p.beta == 0 ? 0 : p.beta * p.c[i * p.ldc + j];
}

// Computes C^T = op(B)^T op(A)^T into scratch memory and transposes that: B is read in place instead of being
// transposed as a whole.
void multiply_transposed(Context& context, const Problem& p) {
  ScratchScope scope(context.scratch);
  float* transposed = context.scratch.take<float>(p.n * p.m);
  const Operand &a = p.a, &b = p.b;
  gemm(context, b.column == 1 ? Transpose::yes : Transpose::no,
       a.column == 1 ? Transpose::yes : Transpose::no, p.n, p.m, p.k, p.alpha, b.data,
       maximum(b.row, b.column), a.data, maximum(a.row, a.column), 0, transposed, p.m);
  parallel_for(context, p.m, p.n, [&](Index i) {
    float* c = p.c + i * p.ldc;
    for (Index j = 0; j < p.n; ++j)
      c[j] = p.beta == 0 ? transposed[j * p.m + i] : transposed[j * p.m + i] + p.beta * c[j];
  });
}

// Estimated time with tiles of this width, in eighths of a multiply-add of one register. Tiles with few
// accumulators run below peak: AVX2's 4 x 2 tile takes 9/8 of the time of its multiply-adds, since eight
// accumulators barely saturate both multipliers, and a panel of one (4 or 6 accumulators) takes the time of
// eight.
template <int vectors>
Index cost(Index m, Index n) {
  constexpr Index rows = tile_rows_of(vectors), two = vectors == 2 ? 16 : 18, one = 64 / rows;
  const Index registers = divide_up(n, lanes);
  const Index ones = vectors == 2 ? registers % 2 : registers == 1;
  const Index twos = vectors == 2 ? registers / 2 : ones ? 0 : (3 - registers % 3) % 3;
  const Index threes = (registers - ones - 2 * twos) / 3;
  return round_up(m, rows) * (24 * threes + two * twos + one * ones);
}

}  // namespace

void gemm(Context& context, Transpose ta, Transpose tb, Index m, Index n, Index k, float alpha,
          const float* a, Index lda, const float* b, Index ldb, float beta, float* c, Index ldc) {
  const Problem p = {m, n, k, alpha, operand(ta, a, lda), operand(tb, b, ldb), beta, c, ldc};
  if (m == 0 || n == 0) return;
  if (k == 0) return scale_rows(p);
  // A vector is its own transpose in memory: c^T = b^T A^T reads A in place if A is stored transposed.
  if (n == 1 && m > 1 && ldc == 1 && ta == Transpose::yes)
    return gemm(context, tb == Transpose::no ? Transpose::yes : Transpose::no, Transpose::no, 1, m, k, alpha,
                b, ldb, a, lda, beta, c, m);
  if (n <= few_columns && k >= 2 * lanes && ta == Transpose::no) return multiply_few_columns(context, p);
  if (m <= few_rows && n > few_columns && tb == Transpose::no) return multiply_few_rows(context, p);
  // Counts the elements moved to transpose B, or alternatively C (twice) and A.
  const Index a_transposed = ta == Transpose::no ? m * k : 0;
  if (tb == Transpose::yes && 2 * m * n + a_transposed < k * n) return multiply_transposed(context, p);
  if constexpr (registers == 32)  // enough registers for the wider tile in all cases
    multiply<3>(context, p);
  else if (cost<3>(m, n) < cost<2>(m, n))
    multiply<3>(context, p);
  else
    multiply<2>(context, p);
}

Blocking blocking(Index k) {
  return blocking_of<3>(k);
}

// Every row of y is initialised with the bias; the product is added.
void linear_forward(Context& context, Index rows, Index out, Index in, const float* x, const float* w,
                    const float* bias, float* y) {
  const StridedShape beside_rows = {.size = {1, 1, rows, out}, .a = {0, 0, 0, 1}, .b = {0, 0, out, 1}};
  copy_strided(context, beside_rows, false, bias, y);
  gemm(context, Transpose::no, Transpose::no, rows, out, in, 1, x, in, w, out, 1, y, out);
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
