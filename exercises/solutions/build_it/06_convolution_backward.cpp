// Step 6, solved.
#include <vector>

#include "kernels/reference/reference.h"

namespace triptych::reference {
namespace {

// Calls visit(x_at, w_at, y_at) for every product of the forward pass.
template <class Visit>
void products(const ConvolutionShape& s, Visit visit) {
  for (Index y_pixel = 0; y_pixel < s.pixels(); ++y_pixel) {
    const Index n = y_pixel / (s.out_height() * s.out_width());
    const Index i = y_pixel / s.out_width() % s.out_height(), j = y_pixel % s.out_width();
    for (Index r = 0; r < s.kernel_height; ++r)
      for (Index c = 0; c < s.kernel_width; ++c) {
        const Index row = i * s.stride + r - s.pad, column = j * s.stride + c - s.pad;
        if (row < 0 || row >= s.height || column < 0 || column >= s.width) continue;
        const Index pixel = ((n * s.height + row) * s.width + column) * s.in_channels;
        const Index tap = (r * s.kernel_width + c) * s.in_channels;
        for (Index ch = 0; ch < s.in_channels; ++ch)
          for (Index o = 0; o < s.out_channels; ++o)
            visit(pixel + ch, (tap + ch) * s.out_channels + o, y_pixel * s.out_channels + o);
      }
  }
}

void add(const std::vector<double>& sums, Real* gradient) {
  for (std::size_t k = 0; gradient && k < sums.size(); ++k) gradient[k] = Real(gradient[k] + sums[k]);
}

}  // namespace

void convolution_backward_input(Context&, const ConvolutionShape& s, const Real* dy, const Real* w,
                                Real* dx) {
  std::vector<double> sums(std::size_t(s.batch * s.height * s.width * s.in_channels));
  products(s, [&](Index x, Index tap, Index y) { sums[std::size_t(x)] += double(dy[y]) * w[tap]; });
  add(sums, dx);
}

void convolution_backward_weights(Context&, const ConvolutionShape& s, const Real* x, const Real* dy,
                                  Real* dw, Real* dbias) {
  std::vector<double> sums(std::size_t(s.patch() * s.out_channels)), biases(std::size_t(s.out_channels));
  products(s, [&](Index pixel, Index tap, Index y) { sums[std::size_t(tap)] += double(x[pixel]) * dy[y]; });
  for (Index k = 0; k < s.pixels() * s.out_channels; ++k) biases[std::size_t(k % s.out_channels)] += dy[k];
  add(sums, dw);
  add(biases, dbias);
}

}  // namespace triptych::reference
