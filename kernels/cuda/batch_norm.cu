// Batch norm over x [rows, channels]. The sums over rows are column sums (reduce.cuh); the rest is one thread
// per element.
#include "kernels/cuda/batch_norm.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/reduce.cuh"

namespace triptych::cuda {

struct Divided {
  double rows;
  float* to;
  __device__ void operator()(int column, const double (&totals)[1]) const {
    to[column] = static_cast<float>(totals[0] / rows);
  }
};
struct SquaredDifference {
  const float *x, *mean;
  int channels;
  __device__ void operator()(int row, int channel, float (&sums)[1]) const {
    const float difference = x[Index(row) * channels + channel] - mean[channel];
    sums[0] = fmaf(difference, difference, sums[0]);
  }
};

// In two passes: the one-pass formula mean(x^2) - mean(x)^2 cancels when the mean is large.
void batch_norm_statistics(Context& context, Index rows, Index channels, const float* x, float* mean,
                           float* variance) {
  const int columns = static_cast<int>(channels);
  const double count = static_cast<double>(rows);
  column_sums<1>(context, "batch_norm_statistics (mean)", rows, channels, MatrixTerm{x, columns},
                 Divided{count, mean});
  column_sums<1>(context, "batch_norm_statistics (variance)", rows, channels,
                 SquaredDifference{x, mean, columns}, Divided{count, variance});
}

// running = keep running + share batch
__global__ void batch_norm_track_kernel(Index channels, float keep, float mean_share, float variance_share,
                                        const float* mean, const float* variance, float* running_mean,
                                        float* running_variance) {
  for (Index i = first_element(); i < channels; i += all_threads()) {
    running_mean[i] = fmaf(mean_share, mean[i], keep * running_mean[i]);
    running_variance[i] = fmaf(variance_share, variance[i], keep * running_variance[i]);
  }
}

void batch_norm_track(Context& context, Index channels, float keep, float mean_share, float variance_share,
                      const float* mean, const float* variance, float* running_mean,
                      float* running_variance) {
  start_elements(context, "batch_norm_track", batch_norm_track_kernel, channels, keep, mean_share,
                 variance_share, mean, variance, running_mean, running_variance);
}

// y = gamma (x - mean) / sqrt(variance + epsilon) + beta
__global__ void batch_norm_forward_kernel(int n, int channels, ChannelNorm norm, const float* x,
                                          const float* beta, float* y) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const int channel = static_cast<int>(i) % channels;
    y[i] = norm.factor(channel) * (x[i] - norm.mean[channel]) + beta[channel];
  }
}

void batch_norm_forward(Context& context, Index rows, Index channels, float epsilon, const float* x,
                        const float* mean, const float* variance, const float* gamma, const float* beta,
                        float* y) {
  start_elements(context, "batch_norm_forward", batch_norm_forward_kernel, rows * channels, channels,
                 ChannelNorm{mean, variance, gamma, epsilon}, x, beta, y);
}

struct NormTerm {
  const float *x, *dy, *mean;
  int channels;
  __device__ void operator()(int row, int channel, float (&sums)[2]) const {
    const Index at = Index(row) * channels + channel;
    sums[0] += dy[at];
    sums[1] = fmaf(dy[at], x[at] - mean[channel], sums[1]);
  }
};

// dx += gamma / deviation (dy - mean(dy) - xhat mean(dy xhat))
__global__ void batch_norm_backward_kernel(int n, int channels, ChannelNorm norm, const float* x,
                                           const float* dy, const float* less, const float* tilt, float* dx) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const int channel = static_cast<int>(i) % channels;
    const float centred = x[i] - norm.mean[channel];
    dx[i] += norm.factor(channel) * (dy[i] - less[channel] - centred * tilt[channel]);
  }
}

void batch_norm_backward(Context& context, Index rows, Index channels, float epsilon, const float* x,
                         const float* mean, const float* variance, const float* gamma, const float* dy,
                         float* dx, float* dgamma, float* dbeta) {
  const ChannelNorm norm = {mean, variance, gamma, epsilon};
  const int columns = static_cast<int>(channels);
  Workspace scratch(context);
  float *less = scratch.take<float>(channels), *tilt = scratch.take<float>(channels);
  column_sums<2>(context, "batch_norm_backward (sums)", rows, channels, NormTerm{x, dy, mean, columns},
                 NormGradients{norm, static_cast<double>(rows), dgamma, dbeta, less, tilt});
  if (dx)
    start_elements(context, "batch_norm_backward", batch_norm_backward_kernel, rows * channels, columns, norm,
                   x, dy, less, tilt, dx);
}

}  // namespace triptych::cuda
