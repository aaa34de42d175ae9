// Pooling over horizontal strips of the patch grid. Neighbouring strips may share a row.
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"

namespace triptych::cuda {

struct StripElement {
  Index n, strip, channel, first_patch, end_patch;
};
// Element i of an array [batch, strips, channels].
__device__ inline StripElement strip_element(const StripShape& s, Index i) {
  const Index channel = i % s.channels, strip = i / s.channels % s.strips;
  return {i / s.channels / s.strips, strip, channel, s.first_row(strip) * s.columns,
          s.end_row(strip) * s.columns};
}

// y[n, s, ch] = max of x[n, p, ch] over the patches p of strip s with mask[n, p] != 0
__global__ void strip_max_forward_kernel(Index n, StripShape s, const float* x, const std::uint8_t* mask,
                                         float* y, std::int32_t* winner) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const StripElement e = strip_element(s, i);
    float best = 0;
    int best_at = -1;
    for (Index p = e.first_patch; p < e.end_patch; ++p) {
      if (!mask[e.n * s.patches() + p]) continue;
      const float candidate = x[(e.n * s.patches() + p) * s.channels + e.channel];
      if (best_at < 0 || beats(candidate, best)) best = candidate, best_at = static_cast<int>(p);
    }
    y[i] = best;
    winner[i] = best_at;
  }
}

void strip_max_forward(Context& context, const StripShape& s, const float* x, const std::uint8_t* mask,
                       float* y, std::int32_t* winner) {
  start_elements(context, "strip_max_forward", strip_max_forward_kernel, s.batch * s.strips * s.channels, s,
                 x, mask, y, winner);
}

// dx[n, winner] += dy: one thread per x reads the winners of the strips that contain its row.
__global__ void strip_max_backward_kernel(Index n, StripShape s, const std::int32_t* winner, const float* dy,
                                          float* dx) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const Index channel = i % s.channels, p = i / s.channels % s.patches(),
                image = i / s.channels / s.patches();
    float sum = 0;
    for (Index strip = 0; strip < s.strips; ++strip) {
      const Index at = (image * s.strips + strip) * s.channels + channel;
      if (winner[at] == p) sum += dy[at];
    }
    dx[i] += sum;
  }
}

void strip_max_backward(Context& context, const StripShape& s, const std::int32_t* winner, const float* dy,
                        float* dx) {
  if (dx)
    start_elements(context, "strip_max_backward", strip_max_backward_kernel,
                   s.batch * s.patches() * s.channels, s, winner, dy, dx);
}

// y[n, s] = sum_p weight[n, p] x[n, p] / sum_p weight[n, p]
__global__ void strip_mean_forward_kernel(Index n, StripShape s, const float* x, const float* weight,
                                          float* y) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const StripElement e = strip_element(s, i);
    float sum = 0, total = 0;
    for (Index p = e.first_patch; p < e.end_patch; ++p) {
      const float w = weight[e.n * s.patches() + p];
      sum = fmaf(w, x[(e.n * s.patches() + p) * s.channels + e.channel], sum);
      total += w;
    }
    y[i] = total == 0 ? 0.0f : sum / total;
  }
}

void strip_mean_forward(Context& context, const StripShape& s, const float* x, const float* weight,
                        float* y) {
  start_elements(context, "strip_mean_forward", strip_mean_forward_kernel, s.batch * s.strips * s.channels, s,
                 x, weight, y);
}

// total[n, s] = sum_p weight[n, p]
__global__ void strip_weights_kernel(Index n, StripShape s, const float* weight, float* total) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const Index strip = i % s.strips, image = i / s.strips;
    float sum = 0;
    for (Index p = s.first_row(strip) * s.columns; p < s.end_row(strip) * s.columns; ++p)
      sum += weight[image * s.patches() + p];
    total[i] = sum;
  }
}

// dx[n, p] += sum over the strips s of p's row of dy[n, s] weight[n, p] / total[n, s]
__global__ void strip_mean_backward_kernel(Index n, StripShape s, const float* weight, const float* total,
                                           const float* dy, float* dx) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const Index channel = i % s.channels, p = i / s.channels % s.patches(),
                image = i / s.channels / s.patches();
    const Index row = p / s.columns;
    float sum = 0;
    for (Index strip = 0; strip < s.strips; ++strip) {
      const Index at = image * s.strips + strip;
      if (row < s.first_row(strip) || row >= s.end_row(strip) || total[at] == 0) continue;
      sum = fmaf(weight[image * s.patches() + p] / total[at], dy[at * s.channels + channel], sum);
    }
    dx[i] += sum;
  }
}

void strip_mean_backward(Context& context, const StripShape& s, const float* weight, const float* dy,
                         float* dx) {
  if (!dx) return;
  Workspace scratch(context);
  float* total = scratch.take<float>(s.batch * s.strips);
  start_elements(context, "strip_mean_backward (weights)", strip_weights_kernel, s.batch * s.strips, s,
                 weight, total);
  start_elements(context, "strip_mean_backward", strip_mean_backward_kernel,
                 s.batch * s.patches() * s.channels, s, weight, total, dy, dx);
}

}  // namespace triptych::cuda
