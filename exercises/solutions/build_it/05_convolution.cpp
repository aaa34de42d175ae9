// Step 5, solved.
#include "kernels/reference/reference.h"

namespace triptych::reference {

void convolution_forward(Context&, const ConvolutionShape& s, const Real* x, const Real* w, const Real* bias,
                         Real* y) {
  for (Index n = 0; n < s.batch; ++n)
    for (Index i = 0; i < s.out_height(); ++i)
      for (Index j = 0; j < s.out_width(); ++j)
        for (Index o = 0; o < s.out_channels; ++o) {
          double sum = 0;
          for (Index r = 0; r < s.kernel_height; ++r)
            for (Index c = 0; c < s.kernel_width; ++c) {
              const Index row = i * s.stride + r - s.pad, column = j * s.stride + c - s.pad;
              if (row < 0 || row >= s.height || column < 0 || column >= s.width) continue;
              const Real* pixel = x + ((n * s.height + row) * s.width + column) * s.in_channels;
              const Real* tap = w + (r * s.kernel_width + c) * s.in_channels * s.out_channels + o;
              for (Index ch = 0; ch < s.in_channels; ++ch)
                sum += double(pixel[ch]) * tap[ch * s.out_channels];
            }
          if (bias) sum += bias[o];
          y[((n * s.out_height() + i) * s.out_width() + j) * s.out_channels + o] = Real(sum);
        }
}

}  // namespace triptych::reference
