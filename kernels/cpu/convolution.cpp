// Convolution forward, alone and fused with bias, activation and 2x2 max-pooling.
#include "kernels/cpu/correlate.h"
#include "kernels/cpu/table.h"

namespace triptych::cpu::TRIPTYCH_ISA {

void convolution_forward(Context& context, const ConvolutionShape& s, const float* x, const float* w,
                         const float* bias, float* y) {
  const Correlation c = forward_correlation(s);
  correlate(context, c, 1, inputs_of(s, x), w,
            [&](const Band& band) { return outputs_in(c, band, y, bias); });
}

void convolution_forward_directly(Context& context, const ConvolutionShape& s, const float* x, const float* w,
                                  float* y) {
  const Correlation c = forward_correlation(s);
  correlate_by(Direct{c}, context, c, 1, inputs_of(s, x), w,
               [&](const Band& band) { return outputs_in(c, band, y); });
}

void convolution_activation_pool_forward(Context& context, const ConvolutionShape& s, Activation activation,
                                         const float* x, const float* w, const float* bias, float* y,
                                         std::uint8_t* winner) {
  Correlation c = forward_correlation(s);
  const Index height = c.out_height / 2, width = c.out_width / 2;
  c.out_height = 2 * height, c.out_width = 2 * width;  // no window covers an odd last one
  correlate(context, c, 2, inputs_of(s, x), w, [&](const Band& band) {
    const Index at = (band.picture * height + band.first / 2) * width * c.out_channels;
    return PooledOutputs{activation, y + at, winner + at, width, c.out_channels, bias};
  });
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
