#include <algorithm>

#include "kernels/reference/reference.h"
#include "kernels/reference/scalar.h"
#include "kernels/reference/sums.h"

namespace triptych::reference {
namespace {

// The loop that all three convolutions share. Calls visit(x_at, w_at, y_at) for every product of the sum
//   y[n, i, j, o] += x[n, i stride + r - pad, j stride + c - pad, ch] w[r, c, ch, o]
// with the offsets of the three elements. Padding is 0 and is skipped.
template <class Visit>
void for_each_product(const ConvolutionShape& s, Visit visit) {
  const Index out_height = s.out_height(), out_width = s.out_width();
  for (Index n = 0; n < s.batch; ++n)
    for (Index i = 0; i < out_height; ++i)
      for (Index j = 0; j < out_width; ++j) {
        const Index y_at = ((n * out_height + i) * out_width + j) * s.out_channels;
        for (Index r = 0; r < s.kernel_height; ++r)
          for (Index c = 0; c < s.kernel_width; ++c) {
            const Index row = i * s.stride + r - s.pad, column = j * s.stride + c - s.pad;
            if (row < 0 || row >= s.height || column < 0 || column >= s.width) continue;
            const Index x_at = ((n * s.height + row) * s.width + column) * s.in_channels;
            const Index w_at = (r * s.kernel_width + c) * s.in_channels * s.out_channels;
            for (Index ch = 0; ch < s.in_channels; ++ch)
              for (Index o = 0; o < s.out_channels; ++o)
                visit(x_at + ch, w_at + ch * s.out_channels + o, y_at + o);
          }
      }
}

PoolShape pool_after(const ConvolutionShape& s) {
  return {.batch = s.batch, .height = s.out_height(), .width = s.out_width(), .channels = s.out_channels};
}

}  // namespace

// y = x * w + bias
void convolution_forward(Context& context, const ConvolutionShape& s, const Real* x, const Real* w,
                         const Real* bias, Real* y) {
  const Index size = s.pixels() * s.out_channels;
  Sums sum(context, size);
  for_each_product(s, [&](Index x_at, Index w_at, Index y_at) { sum[y_at] += double(x[x_at]) * w[w_at]; });
  for (Index k = 0; k < size; ++k) y[k] = static_cast<Real>(sum[k] + (bias ? bias[k % s.out_channels] : 0));
}

// dx += dy w: the gradient flows back through the same weights
void convolution_backward_input(Context& context, const ConvolutionShape& s, const Real* dy, const Real* w,
                                Real* dx) {
  Sums sum(context, s.batch * s.height * s.width * s.in_channels);
  for_each_product(s, [&](Index x_at, Index w_at, Index y_at) { sum[x_at] += double(dy[y_at]) * w[w_at]; });
  sum.add_to(dx);
}

// dw += x dy;  dbias += sum of dy over the pixels
void convolution_backward_weights(Context& context, const ConvolutionShape& s, const Real* x, const Real* dy,
                                  Real* dw, Real* dbias) {
  Sums weights(context, s.patch() * s.out_channels);
  for_each_product(s,
                   [&](Index x_at, Index w_at, Index y_at) { weights[w_at] += double(x[x_at]) * dy[y_at]; });
  weights.add_to(dw);
  Sums biases(context, s.out_channels);
  for (Index k = 0; k < s.pixels() * s.out_channels; ++k) biases[k % s.out_channels] += dy[k];
  biases.add_to(dbias);
}

// y = activation(max of each 2x2 window of the convolution). The activation is applied after the maximum. It
// is non-decreasing, so the result is the same, and the winner is the largest pre-activation.
void convolution_activation_pool_forward(Context& context, const ConvolutionShape& s, Activation activation,
                                         const Real* x, const Real* w, const Real* bias, Real* y,
                                         std::uint8_t* winner) {
  ScratchScope scope(context.scratch);
  Real* z = context.scratch.take<Real>(s.pixels() * s.out_channels);
  convolution_forward(context, s, x, w, bias, z);
  const PoolShape pool = pool_after(s);
  max_pool_forward(context, pool, z, y, winner);
  activation_forward(context, activation, s.batch * pool.out_height() * pool.out_width() * s.out_channels, y,
                     y);
}

// dz = dy activation'(y) at the winners, 0 elsewhere
void activation_pool_backward(Context& context, const ConvolutionShape& s, Activation activation,
                              const Real* y, const std::uint8_t* winner, const Real* dy, Real* dz) {
  const PoolShape pool = pool_after(s);
  const Index pooled = s.batch * pool.out_height() * pool.out_width() * s.out_channels;
  ScratchScope scope(context.scratch);
  Real* gradient = context.scratch.take<Real>(pooled);
  std::fill_n(gradient, pooled, Real(0));
  activation_backward(context, activation, pooled, nullptr, y, dy, gradient);
  std::fill_n(dz, s.pixels() * s.out_channels, Real(0));
  max_pool_backward(context, pool, winner, gradient, dz);
}

// dx += dz w,  dw += x dz,  dbias += sum of dz
void convolution_activation_pool_backward(Context& context, const ConvolutionShape& s, Activation activation,
                                          const Real* x, const Real* w, const Real* y,
                                          const std::uint8_t* winner, const Real* dy, Real* dx, Real* dw,
                                          Real* dbias) {
  ScratchScope scope(context.scratch);
  Real* dz = context.scratch.take<Real>(s.pixels() * s.out_channels);
  activation_pool_backward(context, s, activation, y, winner, dy, dz);
  convolution_backward_input(context, s, dz, w, dx);
  convolution_backward_weights(context, s, x, dz, dw, dbias);
}

}  // namespace triptych::reference
