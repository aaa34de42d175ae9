#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/backends.h"
#include "kernels/context.h"
#include "kernels/kernels.h"

using namespace triptych;

// Convolutions by fewer multiplications (kernels/cpu/winograd.h) against the reference, with a tighter bound
// than tests/kernels/convolution_test.cpp: within 16 eps of the largest sum of |x| |w| of an image, for
// signed values.
namespace {

constexpr double stated_bound = 16;

std::vector<Real> numbers(Index count, std::uint32_t seed) {
  std::vector<Real> values(static_cast<std::size_t>(count));
  for (Real& value : values) {
    seed = seed * 1664525u + 1013904223u;
    value = static_cast<Real>(seed >> 8) / Real(1 << 24) - Real(0.5);
  }
  return values;
}
std::vector<Real> absolute(std::vector<Real> values) {
  for (Real& value : values) value = std::abs(value);
  return values;
}

// The largest difference of two devices in eps of the largest magnitude; NaN anywhere is infinite.
double error(const std::vector<Real>& got, const std::vector<Real>& right,
             const std::vector<Real>& magnitude) {
  const double unit =
      std::numeric_limits<Real>::epsilon() * *std::max_element(magnitude.begin(), magnitude.end());
  double worst = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double off = std::abs(double(got[i]) - double(right[i])) / unit;
    worst = std::isnan(off) ? HUGE_VAL : std::max(worst, off);
  }
  return worst;
}

// run(kernels, x, w or dy, result) on the reference for the numbers and for their absolute values, and on the
// cpu device.
template <class Run>
void check_within_bound(const char* what, const ConvolutionShape& s, Index result_size,
                        const std::vector<Real>& a, const std::vector<Real>& b, Run run) {
  std::vector<Real> right(static_cast<std::size_t>(result_size)), magnitude = right, got = right;
  run(reference::kernels, a, b, right);
  run(reference::kernels, absolute(a), absolute(b), magnitude);
  run(cpu::kernels(), a, b, got);
  const double off = error(got, right, magnitude);
  CHECK_MESSAGE(
      off <= stated_bound,
      fmt::format("{}: {}x{} taps, {} x {}, {} -> {} channels, pad {}: {:.1f} eps", what, s.kernel_height,
                  s.kernel_width, s.height, s.width, s.in_channels, s.out_channels, s.pad, off));
}

}  // namespace

TEST_CASE(
    "winograd: all three ways through a convolution stay within the stated bound, at every width of a tile's "
    "rest") {
  std::vector<ConvolutionShape> shapes;
  for (Index width = 6; width <= 14; ++width) {
    shapes.push_back({2, 25, width, 3, 16, 5, 5, 1, 2});
    shapes.push_back({1, 21, width, 18, 35, 5, 5, 1, 2});
    shapes.push_back({1, 20, width, 16, 16, 3, 3, 1, 1});
    shapes.push_back({1, 19, width, 33, 48, 1, 5, 1, 0});
    shapes.push_back({1, 40, width, 8, 17, 2, 3, 1, 2});
  }
  Context context;
  for (const ConvolutionShape& s : shapes) {
    const Index inputs = s.batch * s.height * s.width * s.in_channels, outputs = s.pixels() * s.out_channels,
                weights = s.patch() * s.out_channels;
    const std::vector<Real> x = numbers(inputs, 1), w = numbers(weights, 2), dy = numbers(outputs, 3);
    check_within_bound("forward", s, outputs, x, w,
                       [&](const Kernels& k, const auto& a, const auto& b, auto& y) {
                         k.convolution_forward(context, s, a.data(), b.data(), nullptr, y.data());
                       });
    check_within_bound("by input", s, inputs, dy, w,
                       [&](const Kernels& k, const auto& a, const auto& b, auto& dx) {
                         k.convolution_backward_input(context, s, a.data(), b.data(), dx.data());
                       });
    check_within_bound("by weights", s, weights, x, dy,
                       [&](const Kernels& k, const auto& a, const auto& b, auto& dw) {
                         k.convolution_backward_weights(context, s, a.data(), b.data(), dw.data(), nullptr);
                       });
  }
}

TEST_CASE("winograd: in a black image with one pixel, what does not see it is 0 beside what does") {
  const ConvolutionShape s{1, 20, 18, 16, 16, 5, 5, 1, 2};
  std::vector<Real> x(20 * 18 * 16);
  x[(6 * 18 + 4) * 16] = 1;
  const std::vector<Real> w = numbers(s.patch() * 16, 2);
  Context context;
  check_within_bound("forward", s, 20 * 18 * 16, x, w,
                     [&](const Kernels& k, const auto& a, const auto& b, auto& y) {
                       k.convolution_forward(context, s, a.data(), b.data(), nullptr, y.data());
                     });
}

TEST_CASE(
    "winograd: back from what pooling and tanh let through, with more padding than the filter reaches") {
  Context context;
  for (const ConvolutionShape& s :
       {ConvolutionShape{1, 25, 13, 16, 16, 3, 3, 1, 4}, ConvolutionShape{2, 24, 15, 18, 35, 5, 5, 1, 2}}) {
    const Index inputs = s.batch * s.height * s.width * s.in_channels, weights = s.patch() * s.out_channels,
                pooled = s.batch * (s.out_height() / 2) * (s.out_width() / 2) * s.out_channels;
    const std::vector<Real> x = numbers(inputs, 1), w = numbers(weights, 2);
    std::vector<Real> y(static_cast<std::size_t>(pooled));
    std::vector<std::uint8_t> winner(y.size());
    reference::kernels.convolution_activation_pool_forward(context, s, Activation::tanh, x.data(), w.data(),
                                                           nullptr, y.data(), winner.data());
    const auto back = [&](Real* dx, Real* dw) {
      return [&, dx, dw](const Kernels& k, const auto& a, const auto& b, auto& got) {
        k.convolution_activation_pool_backward(context, s, Activation::tanh, dw ? b.data() : x.data(),
                                               dx ? b.data() : w.data(), y.data(), winner.data(), a.data(),
                                               dx ? got.data() : nullptr, dw ? got.data() : nullptr, nullptr);
      };
    };
    Real wanted;
    const std::vector<Real> dy = numbers(pooled, 3);
    check_within_bound("by input, pooled", s, inputs, dy, w, back(&wanted, nullptr));
    check_within_bound("by weights, pooled", s, weights, dy, x, back(nullptr, &wanted));
  }
}

TEST_CASE("winograd: NaN reaches every output that sees it, and no other row") {
  const ConvolutionShape s{1, 12, 17, 16, 16, 5, 5, 1, 2};
  std::vector<Real> x = numbers(12 * 17 * 16, 1);
  const std::vector<Real> w = numbers(s.patch() * 16, 2);
  x[(6 * 17 + 8) * 16 + 3] = std::numeric_limits<Real>::quiet_NaN();
  std::vector<Real> y(12 * 17 * 16);
  Context context;
  cpu::kernels().convolution_forward(context, s, x.data(), w.data(), nullptr, y.data());
  Index missed = 0, elsewhere = 0;
  for (Index i = 0; i < 12; ++i)
    for (Index j = 0; j < 17; ++j) {
      const bool nan = std::isnan(y[static_cast<std::size_t>((i * 17 + j) * 16)]);
      const bool sees = std::abs(i - 6) <= 2 && std::abs(j - 8) <= 2;
      missed += sees && !nan;
      elsewhere += nan && (std::abs(i - 6) > 2 || std::abs(j - 8) > 2 + 3);
    }
  CHECK(missed == 0);
  CHECK(elsewhere == 0);
}
