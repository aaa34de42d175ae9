// Convolution forward, alone and fused with bias, activation and 2x2 max-pooling.
#include "kernels/cpu/convolution.h"

#include "kernels/cpu/activation.h"
#include "kernels/cpu/table.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

const float* packed_filter(Context& context, const ConvolutionShape& s, const float* w) {
  float* panels = context.scratch.take<float>(s.patch() * ColumnBlocks{s.out_channels}.padded());
  pack_filter(s.patch(), s.out_channels, panels, [&](Index k, Index o) { return w[k * s.out_channels + o]; });
  return panels;
}

// Two rows of pre-activations [2, 2 * pooled, channels] become one row of the pooled picture.
void pool_rows(Activation activation, const float* rows, Index row_size, Index pooled, Index channels,
               float* y, std::uint8_t* winner) {
  for (Index j = 0; j < pooled; ++j, y += channels, winner += channels) {
    const float *top = rows + 2 * j * channels, *bottom = top + row_size;
    sweep(0, channels, [&](Index o, auto part) {
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
  const Correlation c = forward_correlation(s);
  ScratchScope scope(context.scratch);
  const float* panels = packed_filter(context, s, w);
  for_bands(context, c, 1, x, 0, [&](const BandInput& input, float*) {
    const Band& band = input.band;
    float* to = y + (band.picture * c.out_height + band.first) * c.out_width * c.out_channels;
    correlate_band(c, input, c.out_width, panels,
                   {to, c.out_width * c.out_channels, c.out_channels, bias, false, true});
  });
}

// A band of outputs lives in the thread's own memory. Two rows are pooled as soon as they are there, while they are near.
void convolution_activation_pool_forward(Context& context, const ConvolutionShape& s, Activation activation,
                                         const float* x, const float* w, const float* bias, float* y,
                                         std::uint8_t* winner) {
  const Correlation c = forward_correlation(s);
  const Index height = c.out_height / 2, width = c.out_width / 2, row_size = 2 * width * c.out_channels;
  if (width == 0) return;
  ScratchScope scope(context.scratch);
  const float* panels = packed_filter(context, s, w);
  for_bands(context, c, 2, x, bands_of(c, 2).most_rows() * row_size, [&](const BandInput& input, float* own) {
    const Band& band = input.band;
    correlate_band(
        c, input, 2 * width, panels, {own, row_size, c.out_channels, bias, false, false}, [&](Index row) {
          if (row % 2 == 0) return;
          const Index at = (band.picture * height + (band.first + row) / 2) * width * c.out_channels;
          pool_rows(activation, own + (row - 1) * row_size, row_size, width, c.out_channels, y + at,
                    winner + at);
        });
  });
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
