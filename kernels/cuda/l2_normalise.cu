// Normalisation of rows to length 1: one warp per row.
#include "kernels/cuda/host.h"
#include "kernels/cuda/reduce.cuh"

namespace triptych::cuda {

// y = x / max(|x|, epsilon)
__global__ void l2_normalise_forward_kernel(Index rows, int columns, float epsilon, const float* x, float* y,
                                            float* norm) {
  const Index row = warp_row();
  if (row >= rows) return;
  x += row * columns, y += row * columns;
  float squares = 0;
  for (int j = lane(); j < columns; j += warp_threads) squares = fmaf(x[j], x[j], squares);
  squares = warp_sum(squares);
  float length = sqrtf(squares), unit = 1;
  if (!(squares > 1e-30f && squares < 1e38f)) {  // the same for the whole warp: they overflowed or vanished
    float largest = 0;
    for (int j = lane(); j < columns; j += warp_threads) largest = fmaxf(largest, fabsf(x[j]));
    largest = warp_max(largest);
    if (largest > 0 && largest <= 3.4028234e38f && squares == squares) {
      unit = largest, squares = 0;
      for (int j = lane(); j < columns; j += warp_threads) squares = fmaf(x[j] / unit, x[j] / unit, squares);
      length = sqrtf(warp_sum(squares));  // in units of the largest element
    }
  }
  if (lane() == 0) norm[row] = length * unit;
  const bool short_row = length * unit < epsilon;  // this way round, NaN stays
  for (int j = lane(); j < columns; j += warp_threads)
    y[j] = short_row ? x[j] / epsilon : x[j] / unit / length;
}

void l2_normalise_forward(Context& context, Index rows, Index columns, float epsilon, const float* x,
                          float* y, float* norm) {
  start_rows(context, "l2_normalise_forward", l2_normalise_forward_kernel, rows, columns, epsilon, x, y,
             norm);
}

// dx += (dy - y (y . dy)) / norm: the component along y only changes the length, which the forward pass
// removes. A row that was divided by the constant epsilon gets dy / epsilon.
__global__ void l2_normalise_backward_kernel(Index rows, int columns, float epsilon, const float* y,
                                             const float* norm, const float* dy, float* dx) {
  const Index row = warp_row();
  if (row >= rows) return;
  y += row * columns, dy += row * columns, dx += row * columns;
  const bool short_row = norm[row] <= epsilon;  // false for NaN, which propagates
  float along = 0;
  for (int j = lane(); j < columns; j += warp_threads) along = fmaf(y[j], dy[j], along);
  along = warp_sum(along);
  for (int j = lane(); j < columns; j += warp_threads)
    dx[j] += short_row ? dy[j] / epsilon : (dy[j] - y[j] * along) / norm[row];
}

void l2_normalise_backward(Context& context, Index rows, Index columns, float epsilon, const float* y,
                           const float* norm, const float* dy, float* dx) {
  if (dx)
    start_rows(context, "l2_normalise_backward", l2_normalise_backward_kernel, rows, columns, epsilon, y,
               norm, dy, dx);
}

}  // namespace triptych::cuda
