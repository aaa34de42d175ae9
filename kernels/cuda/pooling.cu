// Pooling. Forward: one thread per output. Backward: one thread per input gathers from the windows that cover
// it, so that no two threads add to the same element, and overlapping windows add in a fixed order.
#include "kernels/cuda/activation.cuh"
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/pooling.cuh"

namespace triptych::cuda {

__global__ void max_pool_forward_kernel(int n, PoolWindows windows, const float* x, float* y,
                                        std::uint8_t* winner) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const Element output = windows.output(static_cast<int>(i));
    float best = x[windows.at(output, 0)];
    int best_at = 0;
    for (int k = 1; k < windows.window(); ++k) {
      const float candidate = x[windows.at(output, k)];
      if (beats(candidate, best)) best = candidate, best_at = k;
    }
    y[i] = best;
    winner[i] = static_cast<std::uint8_t>(best_at);
  }
}

void max_pool_forward(Context& context, const PoolShape& s, const float* x, float* y, std::uint8_t* winner) {
  start_elements(context, "max_pool_forward", max_pool_forward_kernel, pooled_elements(s), PoolWindows(s), x,
                 y, winner);
}

// Calls visit(output element, k) for every window that covers an input element, k its position in the window.
template <class Visit>
__device__ inline void for_each_cover(const PoolWindows& w, const Element& input, const Visit& visit) {
  const int past_row = input.row - w.window_height, past_column = input.column - w.window_width;
  const int first_row = past_row < 0 ? 0 : past_row / w.stride_height + 1;
  const int first_column = past_column < 0 ? 0 : past_column / w.stride_width + 1;
  for (int i = first_row; i < w.out_height && i * w.stride_height <= input.row; ++i)
    for (int j = first_column; j < w.out_width && j * w.stride_width <= input.column; ++j)
      visit(Element{input.n, i, j, input.channel},
            (input.row - i * w.stride_height) * w.window_width + input.column - j * w.stride_width);
}

// dx[winner] += dy. Only the winner reads its dy, so a sector of which four lanes in eight use their part
// counts as half used in the report; it is fetched once nevertheless.
__global__ void max_pool_backward_kernel(int n, PoolWindows windows, const std::uint8_t* winner,
                                         const float* dy, float* dx) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    float sum = 0;
    for_each_cover(windows, windows.input(static_cast<int>(i)), [&](const Element& output, int k) {
      const Index at = windows.output_at(output);
      if (winner[at] == k) sum += dy[at];
    });
    dx[i] += sum;
  }
}

void max_pool_backward(Context& context, const PoolShape& s, const std::uint8_t* winner, const float* dy,
                       float* dx) {
  if (dx)
    start_elements(context, "max_pool_backward", max_pool_backward_kernel,
                   s.batch * s.height * s.width * s.channels, PoolWindows(s), winner, dy, dx);
}

__global__ void average_pool_forward_kernel(int n, PoolWindows windows, const float* x, float* y) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const Element output = windows.output(static_cast<int>(i));
    float sum = 0;
    for (int k = 0; k < windows.window(); ++k) sum += x[windows.at(output, k)];
    y[i] = sum / static_cast<float>(windows.window());
  }
}

void average_pool_forward(Context& context, const PoolShape& s, const float* x, float* y) {
  start_elements(context, "average_pool_forward", average_pool_forward_kernel, pooled_elements(s),
                 PoolWindows(s), x, y);
}

// dx += dy / (elements of the window), for each element of the window
__global__ void average_pool_backward_kernel(int n, PoolWindows windows, const float* dy, float* dx) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    float sum = 0;
    for_each_cover(windows, windows.input(static_cast<int>(i)),
                   [&](const Element& output, int) { sum += dy[windows.output_at(output)]; });
    dx[i] += sum / static_cast<float>(windows.window());
  }
}

void average_pool_backward(Context& context, const PoolShape& s, const float* dy, float* dx) {
  if (dx)
    start_elements(context, "average_pool_backward", average_pool_backward_kernel,
                   s.batch * s.height * s.width * s.channels, PoolWindows(s), dy, dx);
}

// dz = dy activation'(y) at the winners of 2x2 windows, 0 elsewhere; assigned, including an odd last row and
// column.
__global__ void activation_pool_backward_kernel(int n, PoolWindows windows, Activation activation,
                                                const float* y, const std::uint8_t* winner, const float* dy,
                                                float* dz) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const Element z = windows.input(static_cast<int>(i));
    const Element output = {z.n, z.row / 2, z.column / 2, z.channel};
    float gradient = 0;
    if (output.row < windows.out_height && output.column < windows.out_width) {
      const Index at = windows.output_at(output);
      if (winner[at] == z.row % 2 * 2 + z.column % 2) gradient = dy[at] * slope(activation, 0, y[at]);
    }
    dz[i] = gradient;
  }
}

void activation_pool_backward(Context& context, const ConvolutionShape& s, Activation activation,
                              const float* y, const std::uint8_t* winner, const float* dy, float* dz) {
  const PoolShape pool = {
      .batch = s.batch, .height = s.out_height(), .width = s.out_width(), .channels = s.out_channels};
  start_elements(context, "activation_pool_backward", activation_pool_backward_kernel,
                 s.pixels() * s.out_channels, PoolWindows(pool), activation, y, winner, dy, dz);
}

}  // namespace triptych::cuda
