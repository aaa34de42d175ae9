// Normalisation of rows to mean 0 and variance 1: one warp per row.
#include "kernels/cuda/host.h"
#include "kernels/cuda/reduce.cuh"

namespace triptych::cuda {

// y = (x - mean) scale, scale = 1 / sqrt(variance + epsilon)
__global__ void layer_norm_forward_kernel(Index rows, int columns, float epsilon, const float* x, float* y,
                                          float* scale) {
  const Index row = warp_row();
  if (row >= rows) return;
  x += row * columns, y += row * columns;
  float sum = 0, squares = 0;
  for (int j = lane(); j < columns; j += warp_threads) sum += x[j];
  const float mean = warp_sum(sum) / static_cast<float>(columns);
  for (int j = lane(); j < columns; j += warp_threads) squares = fmaf(x[j] - mean, x[j] - mean, squares);
  const float factor = 1.0f / sqrtf(warp_sum(squares) / static_cast<float>(columns) + epsilon);
  for (int j = lane(); j < columns; j += warp_threads) y[j] = (x[j] - mean) * factor;
  if (lane() == 0) scale[row] = factor;
}

void layer_norm_forward(Context& context, Index rows, Index columns, float epsilon, const float* x, float* y,
                        float* scale) {
  start_rows(context, "layer_norm_forward", layer_norm_forward_kernel, rows, columns, epsilon, x, y, scale);
}

// dx += scale (dy - mean(dy) - y mean(dy y))
__global__ void layer_norm_backward_kernel(Index rows, int columns, const float* y, const float* scale,
                                           const float* dy, float* dx) {
  const Index row = warp_row();
  if (row >= rows) return;
  y += row * columns, dy += row * columns, dx += row * columns;
  float sum = 0, dot = 0;
  for (int j = lane(); j < columns; j += warp_threads) sum += dy[j], dot = fmaf(y[j], dy[j], dot);
  const float mean = warp_sum(sum) / static_cast<float>(columns),
              along = warp_sum(dot) / static_cast<float>(columns);
  for (int j = lane(); j < columns; j += warp_threads) dx[j] += scale[row] * (dy[j] - mean - y[j] * along);
}

void layer_norm_backward(Context& context, Index rows, Index columns, const float* y, const float* scale,
                         const float* dy, float* dx) {
  if (dx)
    start_rows(context, "layer_norm_backward", layer_norm_backward_kernel, rows, columns, y, scale, dy, dx);
}

}  // namespace triptych::cuda
