// Convolution forward, alone and fused with bias, activation and 2x2 max-pooling, and its gradient by the
// input, which is also a convolution.
#include "kernels/context.h"
#include "kernels/cpu/correlate.h"
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {

void convolution_forward(Context& context, const ConvolutionShape& s, const float* x, const float* w,
                         const float* bias, float* y) {
  const Correlation c = forward_correlation(s);
  correlate(context, c, 1, x, w, [&](const Band& band) { return outputs_in(c, band, y, bias); });
}

void convolution_activation_pool_forward(Context& context, const ConvolutionShape& s, Activation activation,
                                         const float* x, const float* w, const float* bias, float* y,
                                         std::uint8_t* winner) {
  Correlation c = forward_correlation(s);
  const Index height = c.out_height / 2, width = c.out_width / 2;
  c.out_height = 2 * height, c.out_width = 2 * width;  // no window covers an odd last row or column
  correlate(context, c, 2, x, w, [&](const Band& band) {
    const Index at = (band.image * height + band.first / 2) * width * c.out_channels;
    return PooledOutputs{activation, y + at, winner + at, width, c.out_channels, bias};
  });
}

// Each input pixel gathers from the outputs that depend on it, which is again a convolution:
//   dx[u, v, ch] += sum_{r, c, o} dy'[u + r - (kernel_height - 1 - pad), v + c - (...), o]
//                                 w[kernel_height - 1 - r, kernel_width - 1 - c, ch, o]
// with the filter rotated by 180 degrees, input and output channels exchanged, and dy' = dy with stride - 1
// zeros between its pixels.
void convolution_backward_input(Context& context, const ConvolutionShape& s, const float* dy, const float* w,
                                float* dx) {
  const Correlation c = {s.batch,
                         s.out_height(),
                         s.out_width(),
                         s.out_channels,
                         s.kernel_height - 1 - s.pad,
                         s.kernel_width - 1 - s.pad,
                         s.stride,
                         s.kernel_height,
                         s.kernel_width,
                         1,
                         s.height,
                         s.width,
                         s.in_channels};
  ScratchScope scope(context.scratch);
  float* rotated = context.scratch.take<float>(c.patch() * c.out_channels);
  const Index taps = s.kernel_height * s.kernel_width;
  for (Index tap = 0; tap < taps; ++tap)
    for (Index o = 0; o < s.out_channels; ++o)
      for (Index channel = 0; channel < s.in_channels; ++channel)
        rotated[(tap * s.out_channels + o) * s.in_channels + channel] =
            w[((taps - 1 - tap) * s.in_channels + channel) * s.out_channels + o];
  correlate(context, c, 1, dy, rotated,
            [&](const Band& band) { return outputs_in(c, band, dx, nullptr, true); });
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
