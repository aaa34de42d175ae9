// Squared distances between the rows of two matrices as |x|^2 + |y|^2 - 2 x.y: a GEMM whose sink adds the
// norms.
#include "kernels/cuda/activation.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/multiply.cuh"
#include "kernels/cuda/reduce.cuh"
#include "kernels/cuda/table.h"

namespace triptych::cuda {

__global__ void squared_lengths_kernel(Index rows, int columns, const float* x, float* lengths) {
  const Index row = warp_row();
  if (row >= rows) return;
  float sum = 0;
  for (int j = lane(); j < columns; j += warp_threads) {
    const float v = x[row * columns + j];
    sum = fmaf(v, v, sum);
  }
  sum = warp_sum(sum);
  if (lane() == 0) lengths[row] = sum;
}

struct DistanceSink {
  float* d;
  const float *x_lengths, *y_lengths;
  int rows, columns;
  bool vectors;
  __device__ DistanceSink part(unsigned) const { return *this; }
  __device__ void operator()(int i, int j, const float (&block)[4][4]) const {
    const float4 lengths = read_quad(y_lengths + j, columns - j, vectors);
    const float y[4] = {lengths.x, lengths.y, lengths.z, lengths.w};
    for (int r = 0; r < 4 && i + r < rows; ++r) {
      float* to = d + Index(i + r) * columns + j;
      float v[4];
      for (int q = 0; q < 4; ++q)
        v[q] = relu(fmaf(-2.0f, block[r][q], x_lengths[i + r] + y[q]));  // relu propagates NaN
      if (vectors && j + 3 < columns) {
        *reinterpret_cast<float4*>(to) = make_float4(v[0], v[1], v[2], v[3]);
      } else {
        for (int q = 0; q < 4; ++q)
          if (j + q < columns) to[q] = v[q];
      }
    }
  }
};

void pairwise_distance_forward(Context& context, Index m, Index n, Index k, const float* x, const float* y,
                               float* d) {
  if (m == 0 || n == 0) return;
  Workspace scratch(context);
  float* x_lengths = scratch.take<float>(m);
  float* y_lengths = y == x && n == m ? x_lengths : scratch.take<float>(n);
  start_rows(context, "pairwise_distance_forward (norms)", squared_lengths_kernel, m, k, x, x_lengths);
  if (y_lengths != x_lengths)
    start_rows(context, "pairwise_distance_forward (norms)", squared_lengths_kernel, n, k, y, y_lengths);
  const int rows = static_cast<int>(m), columns = static_cast<int>(n);
  with_tile(m, n, [&](auto shape) {
    multiply_tiles<decltype(shape)>(context, "pairwise_distance_forward", m, n, k,
                                    RowsAlongK{x, k, rows, whole_quads(x, k)},
                                    RowsAlongK{y, k, columns, whole_quads(y, k)},
                                    DistanceSink{d, x_lengths, y_lengths, rows, columns, whole_quads(d, n)});
  });
}

// to[i] += 2 factor[i] x[i]
__global__ void add_scaled_rows_kernel(int n, int columns, const float* x, const float* factor, float* to) {
  for (Index i = first_element(); i < n; i += all_threads())
    to[i] = fmaf(2 * factor[static_cast<int>(i) / columns], x[i], to[i]);
}

// dx += 2 (diag(g 1) x - g y), dy += 2 (diag(g^T 1) y - g^T x)
void pairwise_distance_backward(Context& context, Index m, Index n, Index k, const float* x, const float* y,
                                const float* g, float* dx, float* dy) {
  Workspace scratch(context);
  float* sums = scratch.take<float>(m > n ? m : n);
  if (dx) {
    sum_axis_forward(context, m, n, 1, 1, g, sums);
    start_elements(context, "pairwise_distance_backward", add_scaled_rows_kernel, m * k, k, x, sums, dx);
    gemm(context, Transpose::no, Transpose::no, m, k, n, -2, g, n, y, k, 1, dx, k);
  }
  if (dy) {
    sum_axis_forward(context, 1, m, n, 1, g, sums);
    start_elements(context, "pairwise_distance_backward", add_scaled_rows_kernel, n * k, k, y, sums, dy);
    gemm(context, Transpose::yes, Transpose::no, n, k, m, -2, g, n, x, k, 1, dy, k);
  }
}

}  // namespace triptych::cuda
