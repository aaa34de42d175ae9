#pragma once
// The multiplication loop of this device. GEMM, all three convolutions and patch matching compute
//
//   sum[i, j] = sum_k A[i, k] B[k, j]
//
// for one tile of the result per thread block. They differ in where the elements of A and B come from (a
// *source*) and where the sums go (a *sink*). README.md develops this loop in six steps.
//
//                     columns
//              +------------------+        A block computes rows x columns sums. For 8 values of k at a time,
//      depth 8 |  B[k, ..]        |        it copies a strip of A and a strip of B into shared memory, where
//              +------------------+        each element of A is used for all columns, each of B for all rows.
//      +---+   +----+----+--------+
//      | A |   | t0 | t1 | ...    |        A thread keeps thread_rows x thread_columns sums in registers: for
// rows |   |   +----+----+        |        one k, 8 + 8 elements from shared memory feed 64 multiply-adds.
//      |   |   | ...              |
//      +---+   +------------------+        There are two buffers: while one strip is multiplied, the next is
//                                          loaded from global memory, and one barrier per strip suffices.
#include "kernels/cuda/device.cuh"

namespace triptych::cuda {

template <int rows_, int columns_, int thread_rows_, int thread_columns_>
struct TileShape {
  static constexpr int rows = rows_, columns = columns_, depth = 8;
  static constexpr int thread_rows = thread_rows_, thread_columns = thread_columns_;
  static constexpr int threads_across = columns / thread_columns;
  static constexpr int threads = rows / thread_rows * threads_across;
  static constexpr int lanes_across = threads_across < 8 ? threads_across : 8;  // of the threads of a warp
  static constexpr int lanes_down = warp_threads / lanes_across, warps_across = threads_across / lanes_across;
  static_assert(thread_rows % 4 == 0 && thread_columns % 4 == 0, "a thread works in blocks of 4 x 4");
  static_assert(threads_across % lanes_across == 0 && rows / thread_rows % lanes_down == 0,
                "warps of 4 x 8 threads cover the tile");
};

// A strip of one operand, with a row for each k. Rows are padded by 4 floats: otherwise the 8 values of k of
// one matrix row, which neighbouring threads store when they transpose A, would be in one bank.
//
//   a source along k: thread q stores elements k = 4 (q % 2) .. + 3 of matrix row q / 2, one after the other:
//     bank = 4 (q % 2) (extent + 4) + q / 2 = 16 (q % 2) + q / 2 (mod 32): 32 threads, 32 banks
template <int extent>
struct Strip {
  __align__(16) float k[8][extent + 4];
};

template <class Shape>
struct TileMemory {
  Strip<Shape::rows> a[2];
  Strip<Shape::columns> b[2];
};

// Transfers one thread's share of a strip from global to shared memory: `count` quads of 4 elements. A source
// defines
//   along_k true: a quad is A[i, k .. k + 3] (row-major A, transposed B); false: A[i .. i + 3, k]
//   Place place(int i) precomputed data for the row i, or the rows i .. i + 3
//   float4 quad(Place, int k, int k_end) the elements; 0 outside of the matrix, or for k from k_end on
template <int extent, int threads, class Source>
class Carrier {
 public:
  __device__ Carrier(const Source& source, int first) {
    TRIPTYCH_UNROLL
    for (int i = 0; i < count; ++i) place_[i] = source.place(first + outer(i));
  }
  __device__ void load(const Source& source, int k, int k_end) {
    TRIPTYCH_UNROLL
    for (int i = 0; i < count; ++i)
      if (mine(i)) quad_[i] = source.quad(place_[i], k + depth(i), k_end);
  }
  __device__ void store(Strip<extent>& strip) const {
    TRIPTYCH_UNROLL
    for (int i = 0; i < count; ++i) {
      if (!mine(i)) continue;
      const int k = depth(i), at = outer(i);
      if constexpr (Source::along_k) {
        strip.k[k][at] = quad_[i].x;
        strip.k[k + 1][at] = quad_[i].y;
        strip.k[k + 2][at] = quad_[i].z;
        strip.k[k + 3][at] = quad_[i].w;
      } else {
        *reinterpret_cast<float4*>(&strip.k[k][at]) = quad_[i];
      }
    }
  }

 private:
  static constexpr int quads = extent * 2, count = (quads + threads - 1) / threads;
  __device__ static int number(int i) { return static_cast<int>(threadIdx.x) + i * threads; }
  __device__ static bool mine(int i) { return quads % threads == 0 || number(i) < quads; }
  __device__ static int outer(int i) {
    return Source::along_k ? number(i) / 2 : number(i) % (extent / 4) * 4;
  }
  __device__ static int depth(int i) {
    return Source::along_k ? number(i) % 2 * 4 : number(i) / (extent / 4);
  }

  typename Source::Place place_[count];
  float4 quad_[count] = {};
};

// The tile rows of a thread: blocks of 4 neighbours, one in each of thread_rows / 4 parts of the tile. (8
// neighbours would be two adjacent float4, and 8 threads that read their first one would share 4 banks.)
template <int extent, int own>
__device__ constexpr int own_block(int thread, int block) {
  return block * (extent / (own / 4)) + thread * 4;
}

template <int extent, int own>
__device__ __forceinline__ void read_own(const float (&row)[extent + 4], int thread, float (&to)[own]) {
  TRIPTYCH_UNROLL
  for (int block = 0; block < own / 4; ++block) {
    const float4 quad = *reinterpret_cast<const float4*>(&row[own_block<extent, own>(thread, block)]);
    to[4 * block] = quad.x, to[4 * block + 1] = quad.y, to[4 * block + 2] = quad.z,
           to[4 * block + 3] = quad.w;
  }
}

template <class Shape>
using Sums = float[Shape::thread_rows][Shape::thread_columns];

// The place of a thread among the threads of its tile. A warp is a rectangle of 4 x 8 threads (or 8 x 4 where
// the tile is no wider): for one k it reads the quads of 4 rows and of 8 columns, 4 + 8 = 12 with one quad of
// each per thread. As 2 x 16 threads it would read 2 + 16 = 18.
template <class Shape>
__device__ inline int thread_row() {
  const int thread = static_cast<int>(threadIdx.x);
  if constexpr (Shape::warps_across == 1) return thread / Shape::threads_across;
  return thread / (warp_threads * Shape::warps_across) * Shape::lanes_down +
         thread / Shape::lanes_across % Shape::lanes_down;
}
template <class Shape>
__device__ inline int thread_column() {
  const int thread = static_cast<int>(threadIdx.x);
  if constexpr (Shape::warps_across == 1) return thread % Shape::threads_across;
  return thread / warp_threads % Shape::warps_across * Shape::lanes_across + thread % Shape::lanes_across;
}

template <class Shape>
__device__ __forceinline__ void multiply_strip(const Strip<Shape::rows>& a, const Strip<Shape::columns>& b,
                                               Sums<Shape>& sums) {
#pragma unroll
  for (int k = 0; k < Shape::depth; ++k) {
    float column[Shape::thread_rows], row[Shape::thread_columns];
    read_own<Shape::rows, Shape::thread_rows>(a.k[k], thread_row<Shape>(), column);
    read_own<Shape::columns, Shape::thread_columns>(b.k[k], thread_column<Shape>(), row);
    TRIPTYCH_UNROLL
    for (int i = 0; i < Shape::thread_rows; ++i) {
      TRIPTYCH_UNROLL
      for (int j = 0; j < Shape::thread_columns; ++j) sums[i][j] = fmaf(column[i], row[j], sums[i][j]);
    }
  }
}

// sums += A[m .. , k] B[k, n ..] over k_begin <= k < k_end, in the order of k: the bits do not depend on the
// tile's shape.
template <class Shape, class A, class B>
__device__ __forceinline__ void multiply_tile(TileMemory<Shape>& memory, const A& a, const B& b, int m, int n,
                                              int k_begin, int k_end, Sums<Shape>& sums) {
  Carrier<Shape::rows, Shape::threads, A> carry_a(a, m);
  Carrier<Shape::columns, Shape::threads, B> carry_b(b, n);
  carry_a.load(a, k_begin, k_end), carry_b.load(b, k_begin, k_end);
  carry_a.store(memory.a[0]), carry_b.store(memory.b[0]);
  __syncthreads();
  int now = 0;
  for (int k = k_begin; k < k_end; k += Shape::depth) {
    const bool more = k + Shape::depth < k_end;
    if (more) carry_a.load(a, k + Shape::depth, k_end), carry_b.load(b, k + Shape::depth, k_end);
    multiply_strip<Shape>(memory.a[now], memory.b[now], sums);
    now = 1 - now;
    if (!more) break;
    // The buffer written here was last read before the barrier of the previous step.
    carry_a.store(memory.a[now]), carry_b.store(memory.b[now]);
    __syncthreads();
  }
}

// Passes the sums of a thread to put(row, column, block), blocks of 4 x 4 at a time.
template <class Shape, class Put>
__device__ __forceinline__ void put_tile(const Put& put, int m, int n, const Sums<Shape>& sums) {
  TRIPTYCH_UNROLL
  for (int down = 0; down < Shape::thread_rows / 4; ++down) {
    TRIPTYCH_UNROLL
    for (int across = 0; across < Shape::thread_columns / 4; ++across) {
      float block[4][4];
      TRIPTYCH_UNROLL
      for (int i = 0; i < 4; ++i) {
        TRIPTYCH_UNROLL
        for (int j = 0; j < 4; ++j) block[i][j] = sums[4 * down + i][4 * across + j];
      }
      put(m + own_block<Shape::rows, Shape::thread_rows>(thread_row<Shape>(), down),
          n + own_block<Shape::columns, Shape::thread_columns>(thread_column<Shape>(), across), block);
    }
  }
}

}  // namespace triptych::cuda
