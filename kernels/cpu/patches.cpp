// The kernels of the EM loop: patch matching between images, smoothing and thresholding of maps.
#include <cmath>

#include "kernels/context.h"
#include "kernels/cpu/microkernel.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// The patches of a candidate that a query patch in grid row `row` may match.
struct Window {
  Index first, end;
};
Window window_of(const PatchMatchShape& s, Index row) {
  return {maximum(0, row - s.reach) * s.columns, minimum(s.rows, row + s.reach + 1) * s.columns};
}

// Packs to[p][channel][lane]: the patches of a window of `count` candidates from k on, one candidate per
// lane.
void pack_candidates(const PatchMatchShape& s, Window window, Index k, Index count, const float* y,
                     float* to) {
  clear_floats(to, (window.end - window.first) * s.channels * tile_columns);
  for (Index lane = 0; lane < count; ++lane)
    for (Index p = window.first; p < window.end; ++p) {
      const float* from = y + ((k + lane) * s.patches() + p) * s.channels;
      float* column = to + (p - window.first) * s.channels * tile_columns + lane;
      for (Index channel = 0; channel < s.channels; ++channel) column[channel * tile_columns] = from[channel];
    }
}

// A tile is `rows` query patches of one grid row times a block of candidates. For each patch of the window
// the micro-kernel computes all their dot products and updates the running maximum: no similarity matrix is
// stored.
template <int rows>
void match_tile(const PatchMatchShape& s, Window window, const float* const* queries, const float* panels,
                Index columns, float* packed, float* const* similarity, std::int32_t* const* winner) {
  for (Index channel = 0; channel < s.channels; ++channel)
    for (int i = 0; i < rows; ++i) packed[channel * rows + i] = queries[i][channel];
  Tile<rows, tile_vectors> best;
  Ints at[rows][tile_vectors] = {};
  clear(best);
  for (Index p = window.first; p < window.end; ++p) {
    Tile<rows, tile_vectors> dots;
    clear(dots);
    accumulate(dots, s.channels, packed, Constant<1>{}, Constant<rows>{},
               panels + (p - window.first) * s.channels * tile_columns, Constant<tile_columns>{});
    for (int i = 0; i < rows; ++i)
      for (int v = 0; v < tile_vectors; ++v) {
        const Ints better = p == window.first ? broadcast(-1) : replaces(dots[i][v], best[i][v]);
        best[i][v] = better ? dots[i][v] : best[i][v];
        at[i][v] = better ? broadcast(static_cast<std::int32_t>(p)) : at[i][v];
      }
  }
  for_tile(best, columns, [&](int i, int j, Floats value, auto part) {
    part.put(similarity[i] + j, value);
    part.put(winner[i] + j, at[i][j / lanes]);
  });
}

}  // namespace

// An item is a block of candidates and a grid row: its panels, the window's patches of the block, stay in L2.
void patch_match_forward(Context& context, const PatchMatchShape& s, const float* x, const float* y,
                         float* similarity, std::int32_t* winner) {
  const Index blocks = divide_up(s.candidates, tile_columns);
  const Index most = minimum(s.rows, 2 * s.reach + 1) * s.columns;
  const Index panels_size = most * s.channels * tile_columns,
              packed_size = round_up(tile_rows * s.channels, 16);
  const Cut tiles = {s.queries * s.columns, divide_up(s.queries * s.columns, tile_rows)};
  ScratchScope scope(context.scratch);
  const OwnMemory memory(context, panels_size + packed_size);
  parallel_for(context, blocks * s.rows, s.queries * s.columns * most * s.channels,
               [&](Index item, Index thread) {
                 const Index k = item / s.rows * tile_columns, row = item % s.rows;
                 const Index columns = minimum(tile_columns, s.candidates - k);
                 const Window window = window_of(s, row);
                 float* panels = memory.of(thread);
                 pack_candidates(s, window, k, columns, y, panels);
                 for (Index t = 0; t < tiles.parts; ++t)
                   with_constant<tile_rows>(tiles.size(t), [&](auto count) {
                     constexpr int rows = decltype(count)::number;
                     const float* queries[rows];
                     float* similarities[rows];
                     std::int32_t* winners[rows];
                     for (int i = 0; i < rows; ++i) {
                       // Patches of this grid row, numbered through all queries.
                       const Index q = tiles.begin(t) + i;
                       const Index patch = q / s.columns * s.patches() + row * s.columns + q % s.columns;
                       queries[i] = x + patch * s.channels;
                       similarities[i] = similarity + patch * s.candidates + k;
                       winners[i] = winner + patch * s.candidates + k;
                     }
                     match_tile<rows>(s, window, queries, panels, columns, panels + panels_size, similarities,
                                      winners);
                   });
               });
}

namespace {

void add_scaled_floats(Index n, float alpha, const float* x, float* y) {
  sweep(0, n, [&](Index i, auto part) { part.put(y + i, alpha * part.get(x + i) + part.get(y + i)); });
}

}  // namespace

// One item writes each patch of x and each candidate of y, and adds the contributions in a fixed order.
void patch_match_backward(Context& context, const PatchMatchShape& s, const float* x, const float* y,
                          const std::int32_t* winner, const float* g, float* dx, float* dy) {
  const Index query_patches = s.queries * s.patches();
  if (dx)
    parallel_for(context, query_patches, s.candidates * s.channels, [&](Index q) {
      for (Index k = 0; k < s.candidates; ++k) {
        const Index at = q * s.candidates + k;
        add_scaled_floats(s.channels, g[at], y + (k * s.patches() + winner[at]) * s.channels,
                          dx + q * s.channels);
      }
    });
  if (!dy) return;
  const Index block = 16;  // consecutive candidates share the cache lines of g that an item reads
  parallel_for(context, divide_up(s.candidates, block), query_patches * block * s.channels, [&](Index item) {
    const Index end = minimum(s.candidates, (item + 1) * block);
    for (Index q = 0; q < query_patches; ++q)
      for (Index k = item * block; k < end; ++k) {
        const Index at = q * s.candidates + k;
        add_scaled_floats(s.channels, g[at], x + q * s.channels,
                          dy + (k * s.patches() + winner[at]) * s.channels);
      }
  });
}

// Maps are small (a grid of patches), so each cell sums over all cells within 3 sigma; the weights of all
// distances are computed once.
void smooth_grid(Context& context, Index batch, Index rows, Index columns, float sigma, const float* x,
                 float* y) {
  const double variance = static_cast<double>(sigma) * static_cast<double>(sigma);
  const double farthest = static_cast<double>(maximum(rows, columns)),
               radius = 3 * static_cast<double>(sigma);
  const Index reach = static_cast<Index>(radius < farthest ? radius : farthest), side = reach + 1;
  ScratchScope scope(context.scratch);
  double* weights = context.scratch.take<double>(side * side);  // 0: beyond 3 sigma
  for (Index r = 0; r < side; ++r)
    for (Index c = 0; c < side; ++c) {
      const double distance2 = static_cast<double>(r * r + c * c);
      weights[r * side + c] = distance2 == 0             ? 1
                              : distance2 > 9 * variance ? 0
                                                         : exp(-distance2 / (2 * variance));
    }
  parallel_for(context, batch, rows * columns * (2 * reach + 1) * (2 * reach + 1), [&](Index n) {
    const float* map = x + n * rows * columns;
    for (Index i = 0; i < rows; ++i)
      for (Index j = 0; j < columns; ++j) {
        double sum = 0, total = 0;
        for (Index r = maximum(0, i - reach); r <= minimum(rows - 1, i + reach); ++r)
          for (Index c = maximum(0, j - reach); c <= minimum(columns - 1, j + reach); ++c) {
            const double weight = weights[(r < i ? i - r : r - i) * side + (c < j ? j - c : c - j)];
            if (weight == 0) continue;
            sum += weight * static_cast<double>(map[r * columns + c]);
            total += weight;
          }
        y[(n * rows + i) * columns + j] = static_cast<float>(sum / total);
      }
  });
}

void threshold_rows(Context& context, Index rows, Index columns, const float* x, const float* threshold,
                    std::uint8_t* mask) {
  parallel_for(context, rows, columns, [&](Index i) {
    sweep(i * columns, (i + 1) * columns, [&](Index at, auto part) {
      part.put(mask + at, (part.get(x + at) >= broadcast(threshold[i])) & 1);
    });
  });
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
