// --gemm tf32 and bf16 (kernels/cuda/tensor_tile.cuh). Products of numbers that the type has are exact, so
// for such inputs the bound is that of float; and what is rounded first, by a model of the rounding in
// double, gives the same bits as what the kernel rounds.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "kernels/philox.h"
#include "tests/devices.h"
#include "tests/kernels/emulator/device_array.h"
#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {

struct Precision {
  const char* name;
  Gemm gemm;
  int digits;      // of the fraction
  bool ties_away;  // of two nearest numbers the one away from zero; else the even one
};
constexpr Precision precisions[] = {{"tf32", Gemm::tf32, 10, true}, {"bf16", Gemm::bf16, 7, false}};

// The nearest number of the type.
Real rounded(Real x, const Precision& precision) {
  if (x == 0) return 0;
  const double unit = std::ldexp(1.0, std::ilogb(x) - precision.digits), scaled = double(x) / unit;
  return static_cast<Real>((precision.ties_away ? std::round(scaled) : std::nearbyint(scaled)) * unit);
}
std::vector<Real> rounded(std::vector<Real> values, const Precision& precision) {
  for (Real& v : values) v = rounded(v, precision);
  return values;
}

bool tensor_cores_are_under_test() {
  return std::ranges::any_of(devices_under_test(), [](const Backend* backend) {
    return backend->name != "reference" && backend->name != "cpu";
  });
}

// Calls run_on(precision) for both, where a device under test has tensor cores.
template <class Body>
void for_both(Body body) {
  if (!tensor_cores_are_under_test()) return;
  for (const Precision& precision : precisions) {
    CAPTURE(precision.name);
    body(precision);
  }
}

// m and n: one tile that is partly full, and several; k: less than a strip, some, and a sum that is split.
void compare_gemm(const Precision& precision, Transpose ta, Transpose tb, Index m, Index n, Index k) {
  Trial trial("gemm {}x{}x{} ta={} tb={} {}", m, n, k, int(ta), int(tb), precision.name);
  const auto a = trial.input(rounded(trial.random(m * k), precision));
  const auto b = trial.input(rounded(trial.random(k * n), precision));
  const auto c = trial.in_place(trial.random(m * n));
  trial.compare(
      [&](Run& run) {
        run.context.gemm = precision.gemm;
        run.kernels.gemm(run.context, ta, tb, m, n, k, Real(0.5), run[a], ta == Transpose::no ? k : m, run[b],
                         tb == Transpose::no ? n : k, 1, run[c], n);
      },
      products(k + 1));
}

}  // namespace

TEST_CASE("tensor cores: gemm, four transposes, ragged and whole tiles") {
  for_both([](const Precision& precision) {
    for (const Transpose ta : {Transpose::no, Transpose::yes})
      for (const Transpose tb : {Transpose::no, Transpose::yes}) {
        compare_gemm(precision, ta, tb, 69, 131, 43);
        compare_gemm(precision, ta, tb, 64, 128, 32);
        compare_gemm(precision, ta, tb, 3, 5, 7);
      }
    compare_gemm(precision, Transpose::yes, Transpose::no, 37, 33, 523);  // a split sum
    compare_gemm(precision, Transpose::no, Transpose::no, 1, 1, 1);
  });
}

TEST_CASE("tensor cores: linear") {
  for_both([](const Precision& precision) {
    const Index m = 69, n = 36, k = 44;
    Trial trial("linear_forward {} {} {} {}", m, n, k, precision.name);
    const auto x = trial.input(rounded(trial.random(m * k), precision));
    const auto w = trial.input(rounded(trial.random(k * n), precision));
    const auto bias = trial.input(trial.random(n));
    const auto y = trial.output<Real>(m * n);
    trial.compare(
        [&](Run& run) {
          run.context.gemm = precision.gemm;
          run.kernels.linear_forward(run.context, m, n, k, run[x], run[w], run[bias], run[y]);
        },
        products(k + 1));
  });
}

// 3 channels: quads are not whole. Two images of 9 x 7.
TEST_CASE("tensor cores: convolution forward, and both gradients") {
  for_both([](const Precision& precision) {
    for (const Index channels : {Index(3), Index(8)}) {
      const ConvolutionShape s{2, 9, 7, channels, 12, 3, 3, 1, 1};
      Trial trial("convolution {} channels {}", channels, precision.name);
      const auto x = trial.input(rounded(trial.random(2 * 9 * 7 * channels), precision));
      const auto w = trial.input(rounded(trial.random(s.patch() * 12), precision));
      const auto bias = trial.input(trial.random(12));
      const auto dy = trial.input(rounded(trial.random(s.pixels() * 12), precision));
      const auto y = trial.output<Real>(s.pixels() * 12);
      const auto dx = trial.gradient(2 * 9 * 7 * channels), dw = trial.gradient(s.patch() * 12);
      trial.compare(
          [&](Run& run) {
            run.context.gemm = precision.gemm;
            run.kernels.convolution_forward(run.context, s, run[x], run[w], run[bias], run[y]);
            run.kernels.convolution_backward_input(run.context, s, run[dy], run[w], run[dx]);
            run.kernels.convolution_backward_weights(run.context, s, run[x], run[dy], run[dw], nullptr);
          },
          products(s.pixels() + 1));
    }
  });
}

TEST_CASE("tensor cores: convolution, activation and pooling") {
  for_both([](const Precision& precision) {
    const ConvolutionShape s{2, 9, 10, 4, 12, 3, 3, 1, 1};
    const Index pooled = 2 * 4 * 5;
    Trial trial("convolution_activation_pool_forward {}", precision.name);
    const auto x = trial.input(rounded(trial.random(2 * 9 * 10 * 4), precision));
    const auto w = trial.input(rounded(trial.random(s.patch() * 12), precision));
    const auto bias = trial.input(trial.random(12));
    const auto y = trial.output<Real>(pooled * 12);
    const auto winner = trial.choice<std::uint8_t>(pooled * 12);
    trial.compare(
        [&](Run& run) {
          run.context.gemm = precision.gemm;
          run.kernels.convolution_activation_pool_forward(run.context, s, Activation::relu, run[x], run[w],
                                                          run[bias], run[y], run[winner]);
        },
        within(4.0 * double(s.patch() + 1), double(s.patch() + 1)),
        [&](const Outcome& got) { CHECK(std::ranges::all_of(got[winner], [](auto at) { return at < 4; })); });
  });
}

namespace {

std::vector<Real> random(Index n, std::uint32_t stream) {
  std::vector<Real> values(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = Real(Philox::generate({static_cast<std::uint32_t>(i), stream, 0, 0}, 7)[0] * 0x1p-31 - 1);
  return values;
}

std::vector<Real> product_on(const Kernels& kernels, Gemm gemm, Index m, Index n, Index k,
                             const std::vector<Real>& a, const std::vector<Real>& b) {
  Context context;
  std::vector<Real> c(static_cast<std::size_t>(m * n));
  const auto on_device = [&](const std::vector<Real>& values) {
    auto* memory = static_cast<Real*>(kernels.allocate(context, values.size() * sizeof(Real)));
    kernels.copy_in(context, memory, values.data(), values.size() * sizeof(Real));
    return memory;
  };
  Real *const left = on_device(a), *const right = on_device(b), *const product = on_device(c);
  context.gemm = gemm;
  kernels.gemm(context, Transpose::no, Transpose::yes, m, n, k, 1, left, k, right, k, 0, product, n);
  kernels.copy_out(context, c.data(), product, c.size() * sizeof(Real));
  for (Real* memory : {left, right, product}) kernels.release(context, memory);
  CHECK(context.error == "");
  return c;
}

}  // namespace

TEST_CASE("tensor cores under watch: no race in the tile, the epilogue and the ladder's kernels") {
  const Watching watching;
  for (const Backend& device : backends()) {
    if (device.name != "emulator") continue;
    const Index m = 70, n = 66, k = 70;
    const std::vector<Real> a = random(m * k, 1), b = random(n * k, 2);
    for (const Precision& precision : precisions) product_on(*device.kernels, precision.gemm, m, n, k, a, b);
  }
}

// A number halfway between two of the type, too: TF32 rounds it away from zero, BF16 to the even one.
TEST_CASE("tensor cores: factors are rounded to the nearest, and the error is within its bound") {
  for_both([](const Precision& precision) {
    for (const Backend* device : devices_under_test()) {
      if (device->name == "reference" || device->name == "cpu") continue;
      CAPTURE(device->name);
      const Index m = 20, n = 12, k = 100;
      std::vector<Real> a = random(m * k, 1), b = random(n * k, 2);
      for (std::size_t i = 0; i < a.size(); i += 7)
        a[i] = Real(1 + i % 5 * 0.125 + std::ldexp(1, -precision.digits - 1));
      const std::vector<Real> c = product_on(*device->kernels, precision.gemm, m, n, k, a, b);
      CHECK(c == product_on(*device->kernels, precision.gemm, m, n, k, rounded(a, precision),
                            rounded(b, precision)));
      const double unit = std::ldexp(1.0, -precision.digits - 1);  // the relative error of a rounding
      double largest = 0;
      for (Index i = 0; i < m; ++i)
        for (Index j = 0; j < n; ++j) {
          double exact = 0, size = 0;
          for (Index p = 0; p < k; ++p) {
            const double term = double(a[std::size_t(i * k + p)]) * b[std::size_t(j * k + p)];
            exact += term, size += std::abs(term);
          }
          const double error = std::abs(c[std::size_t(i * n + j)] - exact) / size;
          CHECK(error <= 2 * unit + unit * unit + double(k) * 0x1p-24 * (1 + 3 * unit));
          largest = std::max(largest, error);
        }
      CHECK(largest > unit / 100);  // it is no product in float
    }
  });
}
