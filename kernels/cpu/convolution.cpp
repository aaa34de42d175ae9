// Convolution forward, alone and fused with bias, activation and 2x2 max-pooling.
#include "kernels/cpu/activation.h"
#include "kernels/cpu/correlate.h"
#include "kernels/cpu/table.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// Two rows of pre-activations [2, 2 * pooled, channels] become one row of the pooled picture.
TRIPTYCH_INLINE void pool_rows(Activation activation, const float* rows, Index row_size, Index pooled,
                               Index channels, float* y, std::uint8_t* winner) {
  for (Index j = 0; j < pooled; ++j, y += channels, winner += channels) {
    const float *top = rows + 2 * j * channels, *bottom = top + row_size;
    sweep(
        0, channels, [&](Index o, auto part) __attribute__((always_inline)) {
          Floats best = part.get(top + o);
          Ints at = {};
          const float* others[3] = {top + channels, bottom, bottom + channels};
          for (int i = 0; i < 3; ++i) {
            const Floats value = part.get(others[i] + o);
            const Ints better = replaces(value, best);
            best = better ? value : best;
            at = better ? broadcast(i + 1) : at;
          }
          part.put(y + o, activate(activation, best));
          part.put(winner + o, at);
        });
  }
}

}  // namespace

void convolution_forward(Context& context, const ConvolutionShape& s, const float* x, const float* w,
                         const float* bias, float* y) {
  correlate_into(context, forward_correlation(s), x, w, bias, false, y);
}

// A band of outputs lives in the thread's own memory. Two rows are pooled as soon as they are there, while they are near.
void convolution_activation_pool_forward(Context& context, const ConvolutionShape& s, Activation activation,
                                         const float* x, const float* w, const float* bias, float* y,
                                         std::uint8_t* winner) {
  Correlation c = forward_correlation(s);
  const Index height = c.out_height / 2, width = c.out_width / 2, row_size = 2 * width * c.out_channels;
  c.out_height = 2 * height, c.out_width = 2 * width;  // no window covers an odd last one
  if (c.pictures * row_size * height == 0) return;
  correlate(
      context, c, 2, x, w, bands_of(c, 2).most_rows() * row_size,
      [&](const Band&, float* own) { return Outputs{own, row_size, c.out_channels, bias, false, false}; },
      [&](const Band& band, float* own, Index row) {
        if (row % 2 == 0) return;
        const Index at = (band.picture * height + (band.first + row) / 2) * width * c.out_channels;
        pool_rows(activation, own + (row - 1) * row_size, row_size, width, c.out_channels, y + at,
                  winner + at);
      });
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
