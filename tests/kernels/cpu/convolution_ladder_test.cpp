#include "kernels/cpu/convolution_ladder.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "kernels/backends.h"
#include "kernels/kernels.h"

using namespace triptych;

namespace {

std::vector<Real> pattern(Index count, std::size_t factor) {
  std::vector<Real> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<Real>(i * factor % 101) / 101 - Real(0.5);
  return values;
}

}  // namespace

TEST_CASE("every step of the convolution's ladder convolves, and so does each where rows and bands are odd") {
  Context context;
  const ConvolutionShape shapes[] = {
      {1, 9, 11, 16, 32, 5, 5, 1, 2},  // more than a tile of pixels, border and inside
      {2, 37, 7, 3, 64, 5, 5, 1,
       2},                           // runs of 15 numbers, three bands of which the last is short, two images
      {1, 3, 3, 5, 32, 5, 5, 1, 2},  // nothing but border
      {1, 1, 1, 1, 32, 1, 1, 1, 0},  // nothing but one number
      {1, 6, 20, 4, 32, 3, 5, 1, 0}};  // no padding, a filter that is not square
  for (const ConvolutionShape& s : shapes) {
    const std::vector<Real> x = pattern(s.batch * s.height * s.width * s.in_channels, 37),
                            w = pattern(s.patch() * s.out_channels, 53);
    std::vector<Real> right(static_cast<std::size_t>(s.pixels() * s.out_channels));
    reference::kernels.convolution_forward(context, s, x.data(), w.data(), nullptr, right.data());
    const double bound = 4.0 * static_cast<double>(s.patch()) * 6e-8 * 0.25 * static_cast<double>(s.patch());
    for (int step = 0; step < cpu::convolution_rungs; ++step) {
      const cpu::ConvolutionRung& rung = cpu::convolution_ladder()[step];
      CAPTURE(rung.name);
      CAPTURE(s.height);
      std::vector<Real> y(right.size(), Real(1e30));  // what was in y must not matter
      rung.convolve(context, s, x.data(), w.data(), y.data());
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < y.size(); ++i)
        wrong += !(std::abs(static_cast<double>(y[i] - right[i])) <= bound);
      CHECK(wrong == 0);
    }
  }
}
