// Batch norm, activation and 2x2 max-pooling in one pass over the image, without arrays in between.
#include "kernels/cuda/activation.cuh"
#include "kernels/cuda/batch_norm.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/pooling.cuh"
#include "kernels/cuda/reduce.cuh"

namespace triptych::cuda {

__global__ void batch_norm_pool_forward_kernel(int n, PoolWindows windows, Activation activation,
                                               ChannelNorm norm, const float* x, const float* beta, float* y,
                                               std::uint8_t* winner) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const Element output = windows.output(static_cast<int>(i));
    const int channel = output.channel;
    const float factor = norm.factor(channel), centre = norm.mean[channel], shift = beta[channel];
    float best = 0;
    int best_at = -1;
    for (int k = 0; k < 4; ++k) {
      const float candidate = factor * (x[windows.at(output, k)] - centre) + shift;
      if (best_at < 0 || beats(candidate, best)) best = candidate, best_at = k;
    }
    y[i] = activate(activation, best);
    winner[i] = static_cast<std::uint8_t>(best_at);
  }
}

void batch_norm_activation_pool_forward(Context& context, const PoolShape& s, Activation activation,
                                        float epsilon, const float* x, const float* mean,
                                        const float* variance, const float* gamma, const float* beta,
                                        float* y, std::uint8_t* winner) {
  start_elements(context, "batch_norm_activation_pool_forward", batch_norm_pool_forward_kernel,
                 pooled_elements(s), PoolWindows(s), activation, ChannelNorm{mean, variance, gamma, epsilon},
                 x, beta, y, winner);
}

// The gradient dz of the norm's output is dy activation'(y) at the winners and 0 elsewhere, so its sums run
// over the pooled image only.
struct PooledNormTerm {
  PoolWindows windows;
  Activation activation;
  const float *x, *mean, *y, *dy;
  const std::uint8_t* winner;
  __device__ void operator()(int pixel, int channel, float (&sums)[2]) const {
    const Index at = Index(pixel) * windows.channels + channel;
    const float dz = dy[at] * slope(activation, 0, y[at]);
    const int line = pixel / windows.out_width;
    const Element output = {line / windows.out_height, line % windows.out_height, pixel % windows.out_width,
                            channel};
    sums[0] += dz;
    sums[1] = fmaf(dz, x[windows.at(output, winner[at])] - mean[channel], sums[1]);
  }
};

__global__ void batch_norm_pool_backward_kernel(int n, PoolWindows windows, Activation activation,
                                                ChannelNorm norm, const float* x, const float* y,
                                                const std::uint8_t* winner, const float* dy,
                                                const float* less, const float* tilt, float* dx) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const Element z = windows.input(static_cast<int>(i));
    const Element output = {z.n, z.row / 2, z.column / 2, z.channel};
    float dz = 0;
    if (output.row < windows.out_height && output.column < windows.out_width) {
      const Index at = windows.output_at(output);
      if (winner[at] == z.row % 2 * 2 + z.column % 2) dz = dy[at] * slope(activation, 0, y[at]);
    }
    dx[i] = norm.factor(z.channel) * (dz - less[z.channel] - (x[i] - norm.mean[z.channel]) * tilt[z.channel]);
  }
}

void batch_norm_activation_pool_backward(Context& context, const PoolShape& s, Activation activation,
                                         float epsilon, const float* x, const float* mean,
                                         const float* variance, const float* gamma, const float* y,
                                         const std::uint8_t* winner, const float* dy, float* dx,
                                         float* dgamma, float* dbeta) {
  const ChannelNorm norm = {mean, variance, gamma, epsilon};
  const PoolWindows windows(s);
  Workspace scratch(context);
  float *less = scratch.take<float>(s.channels), *tilt = scratch.take<float>(s.channels);
  const Index pixels = s.batch * s.height * s.width;
  column_sums<2>(context, "batch_norm_activation_pool_backward (sums)",
                 s.batch * s.out_height() * s.out_width(), s.channels,
                 PooledNormTerm{windows, activation, x, mean, y, dy, winner},
                 NormGradients{norm, static_cast<double>(pixels), dgamma, dbeta, less, tilt});
  if (dx)
    start_elements(context, "batch_norm_activation_pool_backward", batch_norm_pool_backward_kernel,
                   pixels * s.channels, windows, activation, norm, x, y, winner, dy, less, tilt, dx);
}

}  // namespace triptych::cuda
