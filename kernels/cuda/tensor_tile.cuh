#pragma once
// The multiplication loop on tensor cores: what gemm_tile.cuh computes, from the same sources into the same
// sinks, with the elements of A and B rounded to TF32 or BF16. Products of such numbers are exact in float,
// and sums are taken in float, so the rounding of the inputs is the error (README.md).
//
// mma.sync multiplies 16 x 8 words of A by 8 x 8 words of B; a word of 32 bits holds one number of TF32 or
// two neighbours along k of BF16. For both, a strip of 16 words along k is in shared memory; a warp reads
// *fragments* of 16 rows x 8 words: registers of which each lane holds some numbers, by the layouts of
// kernels/emulator/fragments.h.
#include "kernels/context.h"
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/multiply.cuh"
#include "kernels/cuda/tensor_core.cuh"

namespace triptych::cuda {

struct Tf32 {
  static constexpr int in_word = 1;
};
struct Bf16 {
  static constexpr int in_word = 2;
};

// Registers: with TF32 a thread needs up to 128. With BF16 a strip is twice as deep, so that a thread has
// eight quads on their way, and up to 164 registers: three blocks of four warps on a multiprocessor.
//
// A block of four warps computes 64 x 64 sums, a warp 32 x 32 of them: 2 x 4 products of 16 x 8.
template <class Precision_>
struct TensorShape {
  using Precision = Precision_;
  static constexpr int rows = 64, columns = 64, threads = 128, words = 16;
  static constexpr int depth = words * Precision::in_word;  // of a strip along k
  static constexpr int warp_rows = 32, warp_columns = 32;
};

inline constexpr int tensor_extent = 64;  // rows of A, or columns of B, in a strip

// Four registers of a fragment of 16 rows x 8 words: rows 0-7 and 8-15 of words 0-3, then of words 4-7.
using Fragment = unsigned[4];

// A strip of an operand whose source has its quads along k: a row of 16 words for each i. Rows are padded to
// 20 words: the 8 rows that ldmatrix reads, 16 bytes of each, start 20 words apart and meet all 32 banks.
//   a quad k .. k + 3 is stored by one thread; the lanes that store together take rows i and i + 4, which are
//   80 words apart, 16 banks
template <class Precision, bool along_k>
struct TensorStrip {
  __align__(16) unsigned row[tensor_extent][16 + 4];
  static constexpr int quads_in_row = 4 * Precision::in_word;

  __device__ static int outer(int number) {
    const int i = number / quads_in_row;
    return i / 8 * 8 + i % 2 * 4 + i % 8 / 2;
  }
  __device__ static int depth(int number) { return number % quads_in_row * 4; }
  __device__ void store(int i, int k, const float4& quad) {
    if constexpr (Precision::in_word == 1)
      *reinterpret_cast<uint4*>(&row[i][k]) =
          make_uint4(to_tf32(quad.x), to_tf32(quad.y), to_tf32(quad.z), to_tf32(quad.w));
    else
      *reinterpret_cast<uint2*>(&row[i][k / 2]) =
          make_uint2(to_bf16_pair(quad.x, quad.y), to_bf16_pair(quad.z, quad.w));
  }
  // Rows first .. first + 15, words 8 step .. 8 step + 7.
  __device__ void fetch(int first, int step, int lane, Fragment& to) const {
    load_matrices(to, &row[first + lane % 16][8 * step + lane / 16 * 4]);
  }
};

// The same for a source whose quads are four neighbours i at one k: a row for each k, as in memory. BF16 is
// transposed by ldmatrix; TF32, whose numbers are too wide for that, is read word by word.
template <>
struct TensorStrip<Tf32, false> {
  __align__(16) unsigned k[16][tensor_extent + 8];  // 8 banks from row to row: 4 rows x 8 words meet all

  __device__ static int outer(int number) { return number % (tensor_extent / 4) * 4; }
  __device__ static int depth(int number) { return number / (tensor_extent / 4); }
  __device__ void store(int i, int at, const float4& quad) {
    *reinterpret_cast<uint4*>(&k[at][i]) =
        make_uint4(to_tf32(quad.x), to_tf32(quad.y), to_tf32(quad.z), to_tf32(quad.w));
  }
  __device__ void fetch(int first, int step, int lane, Fragment& to) const {
#pragma unroll
    for (int r = 0; r < 4; ++r) to[r] = k[8 * step + lane % 4 + r / 2 * 4][first + lane / 4 + r % 2 * 8];
  }
};
template <>
struct TensorStrip<Bf16, false> {
  __align__(16) unsigned k[32][(tensor_extent + 8) / 2];  // two i in a word; 4 banks from row to row

  __device__ static int outer(int number) { return number % (tensor_extent / 4) * 4; }
  __device__ static int depth(int number) { return number / (tensor_extent / 4); }
  __device__ void store(int i, int at, const float4& quad) {
    *reinterpret_cast<uint2*>(&k[at][i / 2]) =
        make_uint2(to_bf16_pair(quad.x, quad.y), to_bf16_pair(quad.z, quad.w));
  }
  __device__ void fetch(int first, int step, int lane, Fragment& to) const {
    load_matrices_transposed(to, &k[16 * step + lane % 8 + lane / 16 * 8][(first + lane / 8 % 2 * 8) / 2]);
  }
};

// One thread's share of a strip on its way from global to shared memory, as Carrier in gemm_tile.cuh.
template <class Shape, class Source>
class TensorCarrier {
 public:
  using Strip = TensorStrip<typename Shape::Precision, Source::along_k>;

  __device__ TensorCarrier(const Source& source, int first) {
    for (int q = 0; q < count; ++q) place_[q] = source.place(first + Strip::outer(number(q)));
  }
  __device__ void load(const Source& source, int k, int k_end) {
    for (int q = 0; q < count; ++q) quad_[q] = source.quad(place_[q], k + Strip::depth(number(q)), k_end);
  }
  __device__ void store(Strip& strip) const {
    for (int q = 0; q < count; ++q) strip.store(Strip::outer(number(q)), Strip::depth(number(q)), quad_[q]);
  }

 private:
  static constexpr int count = tensor_extent * Shape::depth / 4 / Shape::threads;
  __device__ static int number(int q) { return static_cast<int>(threadIdx.x) + q * Shape::threads; }
  typename Source::Place place_[count];
  float4 quad_[count] = {};
};

template <class Shape, class A, class B>
struct TensorMemory {
  struct Strips {
    typename TensorCarrier<Shape, A>::Strip a;
    typename TensorCarrier<Shape, B>::Strip b;
  };
  // The sums at the end, for sinks that take them in blocks of 4 x 4; 8 words of padding, so that the stores
  // of 4 rows x 8 words meet all banks.
  struct Result {
    __align__(16) float row[Shape::rows][Shape::columns + 8];
  };
  union {
    Strips strips[2];
    Result result;
  };
};

// A warp's sums: products of 16 rows x 8 columns, with four numbers of each in a lane.
using TensorSums = float[2][4][4];

template <class Shape, class Strips>
__device__ inline void multiply_tensor_strip(const Strips& strips, int row, int column, int lane,
                                             TensorSums& sums) {
#pragma unroll
  for (int step = 0; step < Shape::words / 8; ++step) {
    Fragment a[2], b[2];
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      strips.a.fetch(row + 16 * half, step, lane, a[half]);
      strips.b.fetch(column + 16 * half, step, lane, b[half]);
    }
#pragma unroll
    for (int down = 0; down < 2; ++down)
#pragma unroll
      for (int across = 0; across < 4; ++across) {
        const unsigned b0 = b[across / 2][across % 2], b1 = b[across / 2][2 + across % 2];
        if constexpr (Shape::Precision::in_word == 1)
          multiply_tf32(sums[down][across], a[down], b0, b1);
        else
          multiply_bf16(sums[down][across], a[down], b0, b1);
      }
  }
}

// As multiply_kernel in multiply.cuh.
template <class Shape, class A, class B, class Sink>
__global__ void __launch_bounds__(Shape::threads)
    tensor_multiply_kernel(int tiles_across, int k, int k_part, A a, B b, Sink sink) {
  __shared__ TensorMemory<Shape, A, B> memory;
  const int m = static_cast<int>(blockIdx.x) / tiles_across * Shape::rows;
  const int n = static_cast<int>(blockIdx.x) % tiles_across * Shape::columns;
  const int k_begin = static_cast<int>(blockIdx.y) * k_part;
  const int k_end = k - k_begin < k_part ? k : k_begin + k_part;
  const int warp = static_cast<int>(threadIdx.x) / warp_threads,
            lane = static_cast<int>(threadIdx.x) % warp_threads;
  const int row = warp / 2 * Shape::warp_rows, column = warp % 2 * Shape::warp_columns;
  TensorSums sums = {};
  TensorCarrier<Shape, A> carry_a(a, m);
  TensorCarrier<Shape, B> carry_b(b, n);
  carry_a.load(a, k_begin, k_end), carry_b.load(b, k_begin, k_end);
  carry_a.store(memory.strips[0].a), carry_b.store(memory.strips[0].b);
  __syncthreads();
  int now = 0;
  for (int at = k_begin; at < k_end; at += Shape::depth) {
    const bool more = at + Shape::depth < k_end;
    if (more) carry_a.load(a, at + Shape::depth, k_end), carry_b.load(b, at + Shape::depth, k_end);
    multiply_tensor_strip<Shape>(memory.strips[now], row, column, lane, sums);
    now = 1 - now;
    if (!more) break;
    // The buffer written here was last read before the barrier of the previous step.
    carry_a.store(memory.strips[now].a), carry_b.store(memory.strips[now].b);
    __syncthreads();
  }
  __syncthreads();  // all warps have read the strips, whose place the sums take
#pragma unroll
  for (int down = 0; down < 2; ++down)
#pragma unroll
    for (int across = 0; across < 4; ++across)
#pragma unroll
      for (int half = 0; half < 2; ++half)
        *reinterpret_cast<float2*>(
            &memory.result.row[row + 16 * down + lane / 4 + 8 * half][column + 8 * across + lane % 4 * 2]) =
            make_float2(sums[down][across][2 * half], sums[down][across][2 * half + 1]);
  __syncthreads();
  const auto put = sink.part(blockIdx.y);
  constexpr int blocks_across = Shape::columns / 4;
  for (int number = static_cast<int>(threadIdx.x); number < Shape::rows / 4 * blocks_across;
       number += Shape::threads) {
    const int i = number / blocks_across * 4, j = number % blocks_across * 4;
    float block[4][4];
#pragma unroll
    for (int r = 0; r < 4; ++r) {
      const float4 quad = *reinterpret_cast<const float4*>(&memory.result.row[i + r][j]);
      block[r][0] = quad.x, block[r][1] = quad.y, block[r][2] = quad.z, block[r][3] = quad.w;
    }
    put(m + i, n + j, block);
  }
}

template <class Precision, class A, class B, class Sink>
struct KernelOf<TensorShape<Precision>, A, B, Sink> {
  static constexpr auto kernel = tensor_multiply_kernel<TensorShape<Precision>, A, B, Sink>;
};

// One shape for all products.
template <class Precision>
struct TensorTiles {
  template <class Body>
  static void choose(Index, Index, Body body) {
    body(TensorShape<Precision>{});
  }
};

// Calls body(TensorTiles) for what the context asks for.
template <class Body>
void with_tensor_tiles(const Context& context, Body body) {
  if (context.gemm == Gemm::tf32)
    body(TensorTiles<Tf32>{});
  else
    body(TensorTiles<Bf16>{});
}

}  // namespace triptych::cuda
