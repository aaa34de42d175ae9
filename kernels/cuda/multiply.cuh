#pragma once
// From a tile to the whole product: the kernel that assigns tiles to blocks, the choice of the tile shape,
// and the split of k where it is long and the result small.
#include "kernels/cuda/gemm_sources.cuh"
#include "kernels/cuda/gemm_tile.cuh"
#include "kernels/cuda/host.h"

namespace triptych::cuda {

// Registers: a multiprocessor has 65536. A thread with 8 x 8 sums needs 64 for them, 24 for elements being
// loaded, and some for the addresses of its sources. With 128 registers two blocks of 256 threads fit: 16
// warps. Tiles of 128 x 64 and 128 x 16 have 128 and 64 threads; limited to 128 registers they spill (nvcc
// 13.0: 24 to 80 bytes), with up to 168 twelve warps fit, in 3 or 6 blocks. Three convolutions with tiles of
// 128 x 128 take up to 137 and occupy a multiprocessor with one block; limited to 128, two of them spill 36
// and 44 bytes on sm_80. Which costs less has to be measured on a card. tests/scripts/ptxas_limits.sh
// enforces these numbers.
using Tile128x128 = TileShape<128, 128, 8, 8>;
using Tile128x64 = TileShape<128, 64, 8, 8>;
using Tile128x32 = TileShape<128, 32, 8, 4>;
using Tile128x16 = TileShape<128, 16, 8, 4>;
using Tile64x64 = TileShape<64, 64, 8, 4>;
using Tile32x32 = TileShape<32, 32, 4, 4>;

// Blocks are numbered along the rows of the result, so that concurrent blocks share strips of A in the L2
// cache. Grid row p sums over the p-th part of k.
template <class Shape, class A, class B, class Sink>
__global__ void __launch_bounds__(Shape::threads)
    multiply_kernel(int tiles_across, int k, int k_part, A a, B b, Sink sink) {
  __shared__ TileMemory<Shape> memory;
  const int m = static_cast<int>(blockIdx.x) / tiles_across * Shape::rows;
  const int n = static_cast<int>(blockIdx.x) % tiles_across * Shape::columns;
  const int k_begin = static_cast<int>(blockIdx.y) * k_part;
  const int k_end = k - k_begin < k_part ? k : k_begin + k_part;
  Sums<Shape> sums = {};
  multiply_tile<Shape>(memory, a, b, m, n, k_begin, k_end, sums);
  put_tile<Shape>(sink.part(blockIdx.y), m, n, sums);
}

template <class Shape, class A, class B, class Sink>
void multiply_tiles(Context& context, const char* name, Index m, Index n, Index k, Index parts, const A& a,
                    const B& b, const Sink& sink) {
  const Index down = divide_up(m, Shape::rows), across = divide_up(n, Shape::columns);
  const Index k_part = divide_up(divide_up(k, parts), Shape::depth) * Shape::depth;
  start(context, name, multiply_kernel<Shape, A, B, Sink>,
        dim3(static_cast<unsigned>(down * across), static_cast<unsigned>(parts)), dim3(Shape::threads),
        across, k, k_part, a, b, sink);
}

// C = alpha (sum of the partial products, in order) + beta C
__global__ void sum_parts_kernel(Index n, int columns, int parts, const float* partial, float alpha,
                                 float beta, float* c, Index distance);

// A card has about a hundred multiprocessors, and a tile occupies one. These constants, not the actual card,
// determine the split of k: the same bits on every card.
inline constexpr Index wanted_blocks = 128, shortest_part = 256;

template <class Shape, class A, class B>
void multiply_into_matrix(Context& context, const char* name, Index m, Index n, Index k, const A& a,
                          const B& b, float alpha, float beta, float* c, Index ldc) {
  const Index tiles = divide_up(m, Shape::rows) * divide_up(n, Shape::columns);
  Index parts = wanted_blocks / tiles < k / shortest_part ? wanted_blocks / tiles : k / shortest_part;
  if (parts < 2) {
    const MatrixSink sink = {
        c, ldc, 0, static_cast<int>(m), static_cast<int>(n), alpha, beta, whole_quads(c, ldc)};
    return multiply_tiles<Shape>(context, name, m, n, k, 1, a, b, sink);
  }
  const Index k_part = divide_up(divide_up(k, parts), Shape::depth) * Shape::depth;
  parts = divide_up(k, k_part);
  Workspace scratch(context);
  float* partial = scratch.take<float>(parts * m * n);
  const MatrixSink sink = {
      partial, n, m * n, static_cast<int>(m), static_cast<int>(n), 1, 0, n % 4 == 0 && m * n % 4 == 0};
  multiply_tiles<Shape>(context, name, m, n, k, parts, a, b, sink);
  start_elements(context, "sum_parts", sum_parts_kernel, m * n, n, parts, partial, alpha, beta, c, ldc);
}

// The largest tile shape that still gives every multiprocessor a tile; a narrow result takes a narrow tile.
template <class Body>
void with_tile(Index m, Index n, Body body) {
  const auto blocks = [&](Index rows, Index columns) { return divide_up(m, rows) * divide_up(n, columns); };
  if (n <= 16 && blocks(128, 16) >= wanted_blocks) return body(Tile128x16{});
  if (n <= 32 && blocks(128, 32) >= wanted_blocks) return body(Tile128x32{});
  if (n <= 64 && blocks(128, 64) >= wanted_blocks) return body(Tile128x64{});
  if (n > 64 && blocks(128, 128) >= wanted_blocks) return body(Tile128x128{});
  if (blocks(64, 64) >= wanted_blocks / 4) return body(Tile64x64{});
  body(Tile32x32{});
}

template <class A, class B>
void multiply(Context& context, const char* name, Index m, Index n, Index k, const A& a, const B& b,
              float alpha, float beta, float* c, Index ldc) {
  if (m == 0 || n == 0) return;
  with_tile(m, n, [&](auto shape) {
    multiply_into_matrix<decltype(shape)>(context, name, m, n, k, a, b, alpha, beta, c, ldc);
  });
}

}  // namespace triptych::cuda
