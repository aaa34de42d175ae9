// Patch matching between images. All query patches of one grid row have the same window of candidate patches,
// so for each patch p of the window
//
//   dots[q, k] = x[q] . y[k, p] q: the query patches of the grid row, k: the candidates
//
// is a matrix product, and a block computes a tile of it with the loop of GEMM. The best p so far stays in
// registers; no similarity matrix is stored. Few images have few tiles: then the window is split among the
// blocks of a column of the grid (z), and the last one to come compares what they found, in order.
#include "kernels/cuda/host.h"
#include "kernels/cuda/multiply.cuh"

namespace triptych::cuda {

using MatchTile = TileShape<64, 64, 4, 4>;  // a thread has 16 sums, 16 maxima and 16 positions

// The patches of grid row `row`, numbered through all queries.
struct QueriesAlongK {
  static constexpr bool along_k = true;
  const float* x;
  int row, rows, columns, channels, count;
  bool vectors;
  using Place = const float*;
  __device__ Index patch(int q) const { return (Index(q / columns) * rows + row) * columns + q % columns; }
  __device__ Place place(int q) const { return q < count ? x + patch(q) * channels : nullptr; }
  __device__ float4 quad(Place from, int k, int k_end) const {
    return from ? read_quad(from + k, k_end - k, vectors) : zero_quad();
  }
};

// What the blocks of a split window have found: [part, tile, sum of a thread, thread].
struct PartialMatches {
  float* best;
  std::int32_t* at;
  unsigned* tickets;  // one for each tile
  static constexpr int sums = MatchTile::thread_rows * MatchTile::thread_columns;
  __device__ Index place(unsigned part, int sum) const {
    const Index tile = (Index(part) * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
    return (tile * sums + sum) * MatchTile::threads + threadIdx.x;
  }
};

__global__ void __launch_bounds__(MatchTile::threads)
    patch_match_forward_kernel(int tiles_across, QueriesAlongK queries, RowsAlongK candidates, int reach,
                               PartialMatches partial, float* similarity, std::int32_t* winner) {
  __shared__ TileMemory<MatchTile> memory;
  const int q = static_cast<int>(blockIdx.x) / tiles_across * MatchTile::rows;
  const int k = static_cast<int>(blockIdx.x) % tiles_across * MatchTile::columns;
  queries.row = static_cast<int>(blockIdx.y);
  const int first_row = queries.row - reach < 0 ? 0 : queries.row - reach;
  const int end_row = queries.row + reach + 1 < queries.rows ? queries.row + reach + 1 : queries.rows;
  const int window = (end_row - first_row) * queries.columns, part = static_cast<int>(blockIdx.z);
  const int parts = static_cast<int>(gridDim.z);
  const int first = first_row * queries.columns + window * part / parts;
  const int end = first_row * queries.columns + window * (part + 1) / parts;
  Sums<MatchTile> best = {};
  int at[MatchTile::thread_rows][MatchTile::thread_columns] = {};
  const float* y = candidates.data;
  for (int p = first; p < end; ++p) {
    candidates.data = y + Index(p) * queries.channels;
    Sums<MatchTile> dots = {};
    multiply_tile<MatchTile>(memory, queries, candidates, q, k, 0, queries.channels, dots);
    __syncthreads();  // the next product overwrites the buffers that slower threads still read
    for (int i = 0; i < MatchTile::thread_rows; ++i)
      for (int j = 0; j < MatchTile::thread_columns; ++j)
        if (p == first || beats(dots[i][j], best[i][j])) best[i][j] = dots[i][j], at[i][j] = p;
  }
  if (parts > 1) {
    for (int i = 0; i < MatchTile::thread_rows; ++i)
      for (int j = 0; j < MatchTile::thread_columns; ++j) {
        const Index to = partial.place(blockIdx.z, i * MatchTile::thread_columns + j);
        partial.best[to] = best[i][j], partial.at[to] = at[i][j];
      }
    if (!is_last_block(&partial.tickets[blockIdx.y * gridDim.x + blockIdx.x], gridDim.z)) return;
    for (unsigned p = 0; p < gridDim.z; ++p)
      for (int i = 0; i < MatchTile::thread_rows; ++i)
        for (int j = 0; j < MatchTile::thread_columns; ++j) {
          const Index from = partial.place(p, i * MatchTile::thread_columns + j);
          const float candidate = partial.best[from];
          if (p == 0 || beats(candidate, best[i][j])) best[i][j] = candidate, at[i][j] = partial.at[from];
        }
  }
  const int own_q = q + own_block<MatchTile::rows, MatchTile::thread_rows>(thread_row<MatchTile>(), 0);
  const int own_k =
      k + own_block<MatchTile::columns, MatchTile::thread_columns>(thread_column<MatchTile>(), 0);
  for (int i = 0; i < MatchTile::thread_rows && own_q + i < queries.count; ++i)
    for (int j = 0; j < MatchTile::thread_columns && own_k + j < candidates.count; ++j) {
      const Index to = queries.patch(own_q + i) * candidates.count + own_k + j;
      similarity[to] = best[i][j];
      winner[to] = at[i][j];
    }
}

void patch_match_forward(Context& context, const PatchMatchShape& s, const float* x, const float* y,
                         float* similarity, std::int32_t* winner) {
  const Index count = s.queries * s.columns;
  if (count == 0 || s.candidates == 0 || s.rows == 0) return;
  const QueriesAlongK queries = {x,
                                 0,
                                 static_cast<int>(s.rows),
                                 static_cast<int>(s.columns),
                                 static_cast<int>(s.channels),
                                 static_cast<int>(count),
                                 whole_quads(x, s.channels)};
  const RowsAlongK candidates = {y, s.patches() * s.channels, static_cast<int>(s.candidates),
                                 whole_quads(y, s.channels)};
  const Index across = divide_up(s.candidates, MatchTile::columns);
  const Index tiles = divide_up(count, MatchTile::rows) * across, reach = s.reach < s.rows ? s.reach : s.rows;
  // The smallest window, that of the first grid row, has a patch for every part.
  const Index smallest = (reach + 1 < s.rows ? reach + 1 : s.rows) * s.columns;
  const Index wanted = divide_up(wanted_warps, tiles * s.rows * (MatchTile::threads / warp_threads));
  const Index parts = wanted < smallest ? wanted : smallest;
  Workspace scratch(context);
  PartialMatches partial = {};
  if (parts > 1) {
    const Index places = parts * tiles * s.rows * PartialMatches::sums * MatchTile::threads;
    partial = {scratch.take<float>(places), scratch.take<std::int32_t>(places),
               tickets_of(context, tiles * s.rows)};
  }
  start(context, "patch_match_forward", patch_match_forward_kernel,
        dim3(static_cast<unsigned>(tiles), static_cast<unsigned>(s.rows), static_cast<unsigned>(parts)),
        dim3(MatchTile::threads), across, queries, candidates, reach, partial, similarity, winner);
}

// dx[i, j] += sum_k g[i, j, k] y[k, winner]: one thread per channel of each query patch.
__global__ void patch_match_backward_queries_kernel(Index n, PatchMatchShape s, const float* y,
                                                    const std::int32_t* winner, const float* g, float* dx) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const Index q = i / s.channels, channel = i % s.channels;
    float sum = 0;
    for (Index k = 0; k < s.candidates; ++k) {
      const Index at = q * s.candidates + k;
      sum = fmaf(g[at], y[(k * s.patches() + winner[at]) * s.channels + channel], sum);
    }
    dx[i] += sum;
  }
}

// dy[k, p] += sum of g[i, j, k] x[i, j] over the query patches whose winner is p. One thread per channel of
// each candidate patch reads the winners of the query patches that can match p; all lanes of a warp read the
// same winner and do not diverge.
__global__ void patch_match_backward_candidates_kernel(Index n, PatchMatchShape s, const float* x,
                                                       const std::int32_t* winner, const float* g,
                                                       float* dy) {
  for (Index element = first_element(); element < n; element += all_threads()) {
    const Index channel = element % s.channels, p = element / s.channels % s.patches();
    const Index k = element / s.channels / s.patches(), row = p / s.columns;
    const Index first = (row < s.reach ? 0 : row - s.reach) * s.columns;
    const Index end = (row + s.reach + 1 < s.rows ? row + s.reach + 1 : s.rows) * s.columns;
    float sum = 0;
    for (Index i = 0; i < s.queries; ++i)
      for (Index j = first; j < end; ++j) {
        const Index q = i * s.patches() + j, at = q * s.candidates + k;
        if (winner[at] == p) sum = fmaf(g[at], x[q * s.channels + channel], sum);
      }
    dy[element] += sum;
  }
}

void patch_match_backward(Context& context, const PatchMatchShape& s, const float* x, const float* y,
                          const std::int32_t* winner, const float* g, float* dx, float* dy) {
  if (dx)
    start_elements(context, "patch_match_backward (queries)", patch_match_backward_queries_kernel,
                   s.queries * s.patches() * s.channels, s, y, winner, g, dx);
  if (dy)
    start_elements(context, "patch_match_backward (candidates)", patch_match_backward_candidates_kernel,
                   s.candidates * s.patches() * s.channels, s, x, winner, g, dy);
}

}  // namespace triptych::cuda
