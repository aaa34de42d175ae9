#pragma once
// Column sums of a matrix: bias gradients, batch norm, backward of a broadcast, norms. There are no atomic
// additions: they add in the order in which blocks finish, and the last bits change from run to run. Instead
//
//   a block sums a chunk of rows for up to 32 columns partial[chunk, column]
//   the last block of these columns to come adds the chunks in order finish(column, totals)
//
// in one launch, and the split into chunks depends on the shape alone. Which block is the last one says a
// ticket: each block writes its sums, then __threadfence(), which makes them visible to all blocks, and then
// takes the next number. Who gets the last one sees the sums of all others.
//
//            32 columns
//   row 0    lane 0 ...       Threads (x, y): x is the column, so a warp reads contiguous memory; y takes
//   row 1    lane 1 ...       rows y, y + 8, ... of the chunk. The 8 sums of a column are added in shared
//    ...                      memory as a binary tree. A matrix with few columns assigns its threads to rows
//                             instead: 1 column, 256 lanes.
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"

namespace triptych::cuda {

// Whether this block is the last of `blocks` to come here; all its threads must. Then it sees what the others
// wrote before, and the ticket is 0 again, for the next launch.
__device__ inline bool is_last_block(unsigned* ticket, unsigned blocks) {
  __shared__ int last;  // no bool: the race checks watch words
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0 && threadIdx.y == 0) last = atomicInc(ticket, blocks - 1) == blocks - 1;
  __syncthreads();
  if (last) __threadfence();
  return last;
}

// The sum over a block of one dimension, whose number of threads is a power of two, as a binary tree; valid
// in thread 0 alone. lanes [threads], shared, which no thread reads any more.
template <class T>
__device__ inline T block_sum(T* lanes, T own) {
  lanes[threadIdx.x] = own;
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) lanes[threadIdx.x] = own = own + lanes[threadIdx.x + half];
  }
  return own;
}

// term(row, column, sums) adds the contribution of an element to each of the `count` sums.
template <int count, class Term, class Finish>
__global__ void column_sums_kernel(int rows, int columns, int chunk, Term term, float* partial,
                                   unsigned* tickets, Finish finish) {
  __shared__ float lanes[count][block_threads];
  const int column = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const int first = static_cast<int>(blockIdx.y) * chunk, end = rows - first < chunk ? rows : first + chunk;
  float sums[count] = {};
  if (column < columns)
    for (int row = first + static_cast<int>(threadIdx.y); row < end; row += static_cast<int>(blockDim.y))
      term(row, column, sums);
  const int at = static_cast<int>(threadIdx.y * blockDim.x + threadIdx.x);
  for (int i = 0; i < count; ++i) lanes[i][at] = sums[i];
  for (unsigned half = blockDim.y / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.y < half)
      for (int i = 0; i < count; ++i) lanes[i][at] += lanes[i][at + static_cast<int>(half * blockDim.x)];
  }
  const bool sums_up = threadIdx.y == 0 && column < columns;
  double totals[count] = {};
  if (gridDim.y == 1) {
    for (int i = 0; i < count; ++i) totals[i] = static_cast<double>(lanes[i][at]);
  } else {
    if (sums_up)
      for (int i = 0; i < count; ++i)
        partial[(Index(blockIdx.y) * count + i) * columns + column] = lanes[i][at];
    if (!is_last_block(&tickets[blockIdx.x], gridDim.y)) return;
    if (sums_up)
      for (unsigned c = 0; c < gridDim.y; ++c)
        for (int i = 0; i < count; ++i)
          totals[i] += static_cast<double>(partial[(Index(c) * count + i) * columns + column]);
  }
  if (sums_up) finish(column, totals);
}

template <int count, class Term, class Finish>
void column_sums(Context& context, const char* name, Index rows, Index columns, const Term& term,
                 const Finish& finish) {
  if (columns == 0) return;
  unsigned across = 1;
  while (across < 32 && across < columns) across *= 2;
  const unsigned lanes = block_threads / across;
  const Index shortest = 32 * Index(lanes), most_chunks = 512;
  const Index chunk = rows > shortest * most_chunks ? divide_up(rows, most_chunks) : shortest;
  const Index chunks = rows > 0 ? divide_up(rows, chunk) : 1, groups = divide_up(columns, across);
  Workspace scratch(context);
  float* partial = scratch.take<float>(chunks > 1 ? chunks * count * columns : 0);
  unsigned* tickets = chunks > 1 ? tickets_of(context, groups) : nullptr;
  start(context, name, column_sums_kernel<count, Term, Finish>,
        dim3(static_cast<unsigned>(groups), static_cast<unsigned>(chunks)), dim3(across, lanes), rows,
        columns, chunk, term, partial, tickets, finish);
}

// ---- the most common term and finish ----------------------------------------------------------------------

struct MatrixTerm {
  const float* x;
  int columns;
  __device__ void operator()(int row, int column, float (&sums)[1]) const {
    sums[0] += x[Index(row) * columns + column];
  }
};
struct AddTotal {
  float* to;
  __device__ void operator()(int column, const double (&totals)[1]) const {
    to[column] = static_cast<float>(static_cast<double>(to[column]) + totals[0]);
  }
};

// sums[column] += sum of the rows of x [rows, columns]; does nothing for null sums.
inline void add_column_sums(Context& context, const char* name, Index rows, Index columns, const float* x,
                            float* sums) {
  if (sums)
    column_sums<1>(context, name, rows, columns, MatrixTerm{x, static_cast<int>(columns)}, AddTotal{sums});
}

// ---- one warp per row -------------------------------------------------------------------------------------

inline constexpr int block_rows = block_threads / warp_threads;

// The row of this warp, the same in all 32 lanes, so they exit together.
__device__ inline Index warp_row() {
  return Index(blockIdx.x) * block_rows + threadIdx.x / warp_threads;
}
__device__ inline int lane() {
  return static_cast<int>(threadIdx.x) % warp_threads;
}

// Launches kernel(rows, arguments...) with one warp per row.
template <class... Parameters, class... Arguments>
void start_rows(Context& context, const char* name, void (*kernel)(Parameters...), Index rows,
                const Arguments&... arguments) {
  if (rows <= 0) return;
  start(context, name, kernel, dim3(static_cast<unsigned>(divide_up(rows, block_rows))), dim3(block_threads),
        rows, arguments...);
}

}  // namespace triptych::cuda
