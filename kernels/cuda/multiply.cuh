#pragma once
// From a tile to the whole product: the kernel that assigns tiles to blocks, the choice of the tile shape,
// and the split of k where it is long and the result small.
#include <utility>

#include "kernels/cuda/gemm_sources.cuh"
#include "kernels/cuda/gemm_tile.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/reduce.cuh"
#include "kernels/cuda/tiles.h"

namespace triptych::cuda {

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

// The kernel of a shape: this one, or that of tensor_tile.cuh.
template <class Shape, class A, class B, class Sink>
struct KernelOf {
  static constexpr auto kernel = multiply_kernel<Shape, A, B, Sink>;
};

// k_part: a multiple of the depth; divide_up(k, k_part) parts.
template <class Shape, class A, class B, class Sink>
void multiply_parts(Context& context, const char* name, Index m, Index n, Index k, Index k_part, const A& a,
                    const B& b, const Sink& sink) {
  const Index down = divide_up(m, Shape::rows), across = divide_up(n, Shape::columns);
  const Index parts = k > 0 ? divide_up(k, k_part) : 1;
  start(context, name, KernelOf<Shape, A, B, Sink>::kernel,
        dim3(static_cast<unsigned>(down * across), static_cast<unsigned>(parts)), dim3(Shape::threads),
        across, k, k_part, a, b, sink);
}

// The same without splitting k.
template <class Shape, class A, class B, class Sink>
void multiply_tiles(Context& context, const char* name, Index m, Index n, Index k, const A& a, const B& b,
                    const Sink& sink) {
  multiply_parts<Shape>(context, name, m, n, k, divide_up(k, Shape::depth) * Shape::depth, a, b, sink);
}

// How many values of k a part of the sum takes: all of them where k is short, or the result has tiles enough
// for the card. A part has at least shortest_part. Constants and the shape decide, not the actual card: the
// same bits on every card.
template <class Shape>
Index part_of_k(Index m, Index n, Index k) {
  constexpr Index shortest_part = 64, least_k = 512;
  const Index tiles = divide_up(m, Shape::rows) * divide_up(n, Shape::columns);
  const Index parts = divide_up(wanted_warps, tiles * (Shape::threads / warp_threads));
  if (k < least_k || parts < 2 || tiles >= wanted_blocks) return divide_up(k, Shape::depth) * Shape::depth;
  const Index part = k / parts / Shape::depth * Shape::depth;
  return part < shortest_part ? shortest_part : part;
}

// C = alpha (sum of the partial products) + beta C. The parts are the rows of a column sum, which adds them
// in an order of its own, always the same.
struct CombinedParts {
  float alpha, beta;
  float* c;
  Index distance;
  int columns;
  __device__ void operator()(int element, const double (&totals)[1]) const {
    float& to = c[Index(element / columns) * distance + element % columns];
    const float sum = static_cast<float>(totals[0]);
    to = beta == 0 ? alpha * sum : fmaf(beta, to, alpha * sum);
  }
};

template <class Shape, class A, class B>
void multiply_into_matrix(Context& context, const char* name, Index m, Index n, Index k, const A& a,
                          const B& b, float alpha, float beta, float* c, Index ldc) {
  const Index k_part = part_of_k<Shape>(m, n, k);
  if (k_part >= k) {
    const MatrixSink sink = {
        c, ldc, 0, static_cast<int>(m), static_cast<int>(n), alpha, beta, whole_quads(c, ldc)};
    return multiply_tiles<Shape>(context, name, m, n, k, a, b, sink);
  }
  const Index parts = divide_up(k, k_part);
  Workspace scratch(context);
  float* partial = scratch.take<float>(parts * m * n);
  const MatrixSink sink = {
      partial, n, m * n, static_cast<int>(m), static_cast<int>(n), 1, 0, n % 4 == 0 && m * n % 4 == 0};
  multiply_parts<Shape>(context, name, m, n, k, k_part, a, b, sink);
  column_sums<1>(context, "sum of the parts of a product", parts, m * n,
                 MatrixTerm{partial, static_cast<int>(m * n)},
                 CombinedParts{alpha, beta, c, ldc, static_cast<int>(n)});
}

// Calls body(TileShape) with the tile of tile_rules that a result of m x n takes.
template <class Body>
void with_tile(Index m, Index n, Body body) {
  const auto pick = [&]<std::size_t... i>(std::size_t wanted, std::index_sequence<i...>) {
    ((i == wanted ? body(TileShape<tile_rules[i].rows, tile_rules[i].columns, tile_rules[i].thread_rows,
                                   tile_rules[i].thread_columns>{})
                  : void()),
     ...);
  };
  pick(tile_for(m, n), std::make_index_sequence<std::size(tile_rules)>{});
}

// Who chooses the tile of a product: here by tiles.h, and in tensor_tile.cuh one of the tensor cores.
struct FloatTiles {
  template <class Body>
  static void choose(Index m, Index n, Body body) {
    with_tile(m, n, body);
  }
};

template <class Tiles, class A, class B>
void multiply(Context& context, const char* name, Index m, Index n, Index k, const A& a, const B& b,
              float alpha, float beta, float* c, Index ldc) {
  if (m == 0 || n == 0) return;
  Tiles::choose(m, n, [&](auto shape) {
    multiply_into_matrix<decltype(shape)>(context, name, m, n, k, a, b, alpha, beta, c, ldc);
  });
}

}  // namespace triptych::cuda
