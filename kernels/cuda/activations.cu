// Activations and dropout: one thread per element, bound by memory bandwidth.
#include <cmath>

#include "kernels/cuda/activation.cuh"
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"
#include "kernels/philox.h"

namespace triptych::cuda {

__global__ void activation_forward_kernel(Index n, Activation activation, const float* x, float* y) {
  for (Index i = first_element(); i < n; i += all_threads()) y[i] = activate(activation, x[i]);
}

void activation_forward(Context& context, Activation activation, Index n, const float* x, float* y) {
  start_elements(context, "activation_forward", activation_forward_kernel, n, activation, x, y);
}

// dx += dy activation'(x); x may be null for all but gelu
__global__ void activation_backward_kernel(Index n, Activation activation, const float* x, const float* y,
                                           const float* dy, float* dx) {
  for (Index i = first_element(); i < n; i += all_threads())
    dx[i] += dy[i] * slope(activation, activation == Activation::gelu ? x[i] : 0.0f, y[i]);
}

void activation_backward(Context& context, Activation activation, Index n, const float* x, const float* y,
                         const float* dy, float* dx) {
  if (dx)
    start_elements(context, "activation_backward", activation_backward_kernel, n, activation, x, y, dy, dx);
}

__global__ void softplus_forward_kernel(Index n, const float* x, float* y) {
  for (Index i = first_element(); i < n; i += all_threads()) y[i] = softplus(x[i]);
}

void softplus_forward(Context& context, Index n, const float* x, float* y) {
  start_elements(context, "softplus_forward", softplus_forward_kernel, n, x, y);
}

__global__ void softplus_backward_kernel(Index n, const float* x, const float* dy, float* dx) {
  for (Index i = first_element(); i < n; i += all_threads()) dx[i] += dy[i] * sigmoid(x[i]);
}

void softplus_backward(Context& context, Index n, const float* x, const float* dy, float* dx) {
  if (dx) start_elements(context, "softplus_backward", softplus_backward_kernel, n, x, dy, dx);
}

// y = x keep / (1 - rate). One Philox counter gives the random words of four elements, so a thread computes
// four. `first_kept` is rate * 2^32, rounded up: elements with a smaller word are dropped.
__global__ void dropout_forward_kernel(Index quads, Index n, std::uint64_t first_kept, float kept_share,
                                       std::uint64_t seed, std::uint64_t stream, const float* x, float* y,
                                       std::uint8_t* keep) {
  for (Index quad = first_element(); quad < quads; quad += all_threads()) {
    const Philox::Words words =
        Philox::generate({static_cast<std::uint32_t>(quad), 0, static_cast<std::uint32_t>(stream),
                          static_cast<std::uint32_t>(stream >> 32)},
                         seed);
    for (int j = 0; j < 4; ++j) {
      const Index i = 4 * quad + j;
      if (i >= n) return;
      const bool kept = words[static_cast<unsigned>(j)] >= first_kept;
      keep[i] = kept;
      y[i] = kept ? x[i] / kept_share : x[i] * 0.0f;  // 0 times NaN is NaN
    }
  }
}

void dropout_forward(Context& context, Index n, float rate, std::uint64_t seed, std::uint64_t stream,
                     const float* x, float* y, std::uint8_t* keep) {
  const auto first_kept = static_cast<std::uint64_t>(std::ceil(static_cast<double>(rate) * 0x1p32));
  start_elements(context, "dropout_forward", dropout_forward_kernel, divide_up(n, 4), n, first_kept, 1 - rate,
                 seed, stream, x, y, keep);
}

__global__ void dropout_backward_kernel(Index n, float kept_share, const std::uint8_t* keep, const float* dy,
                                        float* dx) {
  for (Index i = first_element(); i < n; i += all_threads())
    dx[i] += keep[i] ? dy[i] / kept_share : dy[i] * 0.0f;
}

void dropout_backward(Context& context, Index n, float rate, const std::uint8_t* keep, const float* dy,
                      float* dx) {
  if (dx) start_elements(context, "dropout_backward", dropout_backward_kernel, n, 1 - rate, keep, dy, dx);
}

}  // namespace triptych::cuda
