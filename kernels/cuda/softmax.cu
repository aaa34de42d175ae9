// Softmax, log-softmax and cross-entropy: one warp per row. Each lane reads every 32nd column, then 5
// shuffles combine the maximum, or the sum, in all lanes; no shared memory, no barrier.
#include "kernels/cuda/host.h"
#include "kernels/cuda/reduce.cuh"

namespace triptych::cuda {

// The largest x of a row and sum_j exp(x[j] - largest): subtracting the largest prevents overflow.
struct Exponentials {
  float largest, sum;
};
__device__ inline Exponentials exponentials(int columns, const float* x) {
  float largest = x[0];
  for (int j = lane(); j < columns; j += warp_threads) largest = larger(largest, x[j]);
  largest = warp_max(largest);
  float sum = 0;
  for (int j = lane(); j < columns; j += warp_threads) sum += expf(x[j] - largest);
  return {largest, warp_sum(sum)};
}

// y = exp(x) / sum exp(x)
__global__ void softmax_forward_kernel(Index rows, int columns, const float* x, float* y) {
  const Index row = warp_row();
  if (row >= rows) return;
  x += row * columns, y += row * columns;
  const Exponentials e = exponentials(columns, x);
  for (int j = lane(); j < columns; j += warp_threads) y[j] = expf(x[j] - e.largest) / e.sum;
}

void softmax_forward(Context& context, Index rows, Index columns, const float* x, float* y) {
  start_rows(context, "softmax_forward", softmax_forward_kernel, rows, columns, x, y);
}

// dx += y (dy - y . dy)
__global__ void softmax_backward_kernel(Index rows, int columns, const float* y, const float* dy, float* dx) {
  const Index row = warp_row();
  if (row >= rows) return;
  y += row * columns, dy += row * columns, dx += row * columns;
  float dot = 0;
  for (int j = lane(); j < columns; j += warp_threads) dot = fmaf(y[j], dy[j], dot);
  dot = warp_sum(dot);
  for (int j = lane(); j < columns; j += warp_threads) dx[j] += y[j] * (dy[j] - dot);
}

void softmax_backward(Context& context, Index rows, Index columns, const float* y, const float* dy,
                      float* dx) {
  if (dx) start_rows(context, "softmax_backward", softmax_backward_kernel, rows, columns, y, dy, dx);
}

// y = x - log sum exp(x)
__global__ void log_softmax_forward_kernel(Index rows, int columns, const float* x, float* y) {
  const Index row = warp_row();
  if (row >= rows) return;
  x += row * columns, y += row * columns;
  const Exponentials e = exponentials(columns, x);
  const float logarithm = logf(e.sum);
  for (int j = lane(); j < columns; j += warp_threads) y[j] = x[j] - e.largest - logarithm;
}

void log_softmax_forward(Context& context, Index rows, Index columns, const float* x, float* y) {
  start_rows(context, "log_softmax_forward", log_softmax_forward_kernel, rows, columns, x, y);
}

// dx += dy - exp(y) sum dy
__global__ void log_softmax_backward_kernel(Index rows, int columns, const float* y, const float* dy,
                                            float* dx) {
  const Index row = warp_row();
  if (row >= rows) return;
  y += row * columns, dy += row * columns, dx += row * columns;
  float sum = 0;
  for (int j = lane(); j < columns; j += warp_threads) sum += dy[j];
  sum = warp_sum(sum);
  for (int j = lane(); j < columns; j += warp_threads) dx[j] += dy[j] - expf(y[j]) * sum;
}

void log_softmax_backward(Context& context, Index rows, Index columns, const float* y, const float* dy,
                          float* dx) {
  if (dx) start_rows(context, "log_softmax_backward", log_softmax_backward_kernel, rows, columns, y, dy, dx);
}

// loss = -log softmax(logits)[target]
__global__ void cross_entropy_forward_kernel(Index rows, int columns, const float* logits,
                                             const std::int32_t* target, float* loss, float* probability) {
  const Index row = warp_row();
  if (row >= rows) return;
  logits += row * columns, probability += row * columns;
  const Exponentials e = exponentials(columns, logits);
  for (int j = lane(); j < columns; j += warp_threads) probability[j] = expf(logits[j] - e.largest) / e.sum;
  if (lane() == 0) loss[row] = logf(e.sum) - (logits[target[row]] - e.largest);
}

void cross_entropy_forward(Context& context, Index rows, Index columns, const float* logits,
                           const std::int32_t* target, float* loss, float* probability) {
  start_rows(context, "cross_entropy_forward", cross_entropy_forward_kernel, rows, columns, logits, target,
             loss, probability);
}

// dlogits += dloss (probability - onehot(target))
__global__ void cross_entropy_backward_kernel(int n, int columns, const float* probability,
                                              const std::int32_t* target, const float* dloss,
                                              float* dlogits) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const int row = static_cast<int>(i) / columns, column = static_cast<int>(i) % columns;
    dlogits[i] += dloss[row] * (probability[i] - (column == target[row] ? 1.0f : 0.0f));
  }
}

void cross_entropy_backward(Context& context, Index rows, Index columns, const float* probability,
                            const std::int32_t* target, const float* dloss, float* dlogits) {
  if (dlogits)
    start_elements(context, "cross_entropy_backward", cross_entropy_backward_kernel, rows * columns, columns,
                   probability, target, dloss, dlogits);
}

}  // namespace triptych::cuda
