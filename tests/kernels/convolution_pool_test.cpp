#include <doctest/doctest.h>

#include <cmath>
#include <utility>

#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {

const std::vector<ConvolutionShape> pooled_shapes = {
    {1, 2, 2, 1, 1, 1, 1, 1, 0},    {2, 8, 6, 3, 16, 5, 5, 1, 2},
    {3, 7, 9, 16, 32, 5, 5, 1, 2},  // odd: a rest is dropped
    {1, 13, 11, 2, 7, 3, 3, 1, 1},  {2, 5, 5, 5, 33, 3, 2, 1, 0},
    {1, 22, 10, 3, 16, 5, 5, 1, 2}, {1, 41, 30, 16, 32, 5, 5, 1, 2},  // several bands of rows
    {1, 40, 31, 32, 7, 3, 3, 1, 1},
};

// What takes long is there for how kernels cut it, and that does not depend on the activation.
bool is_large(const ConvolutionShape& s) {
  return s.pixels() * s.patch() * s.out_channels > 1'500'000;
}

PoolShape pool_after(const ConvolutionShape& s) {
  return {.batch = s.batch, .height = s.out_height(), .width = s.out_width(), .channels = s.out_channels};
}
Index pooled(const ConvolutionShape& s) {
  return s.batch * (s.out_height() / 2) * (s.out_width() / 2) * s.out_channels;
}

// The reference's convolution, before activation and pooling.
std::vector<Real> full_resolution(const ConvolutionShape& s, const std::vector<Real>& x,
                                  const std::vector<Real>& w, const std::vector<Real>* bias) {
  std::vector<Real> z(static_cast<std::size_t>(s.pixels() * s.out_channels));
  Context context;
  reference::kernels.convolution_forward(context, s, x.data(), w.data(), bias ? bias->data() : nullptr,
                                         z.data());
  return z;
}

// What the reference's convolution has at the winner of every window, and the largest of each window.
struct AtWinner {
  double chosen, largest;
};
AtWinner look(const PoolShape& p, const std::vector<Real>& z, Index y_at, std::uint8_t winner) {
  const Index ch = y_at % p.channels, j = y_at / p.channels % p.out_width();
  const Index i = y_at / p.channels / p.out_width() % p.out_height();
  const Index n = y_at / p.channels / p.out_width() / p.out_height();
  double largest = -HUGE_VAL, chosen = NAN;
  for (int k = 0; k < 4; ++k) {
    const Index at = ((n * p.height + 2 * i + k / 2) * p.width + 2 * j + k % 2) * p.channels + ch;
    const double value = z[static_cast<std::size_t>(at)];
    largest = std::max(largest, value);
    if (k == winner) chosen = value;
  }
  return {chosen, largest};
}

}  // namespace

TEST_CASE("convolution + activation + pool: forward is the three kernels one after the other") {
  for (const ConvolutionShape& s : pooled_shapes)
    for (const Activation activation : pooled_activations)
      for (const bool biased : {true, false}) {
        if (is_large(s) && activation != Activation::relu) continue;
        Trial trial("convolution_activation_pool_forward {}x{}x{} -> {}, activation {}, bias {}", s.height,
                    s.width, s.in_channels, s.out_channels, int(activation), biased);
        const std::vector<Real> image = trial.random(s.batch * s.height * s.width * s.in_channels);
        const std::vector<Real> filters = trial.random(s.patch() * s.out_channels, -0.3, 0.3);
        const std::vector<Real> offsets = trial.random(s.out_channels);
        const auto x = trial.input(image), w = trial.input(filters), bias = trial.input(offsets);
        const auto y = trial.output<Real>(pooled(s));
        const auto winner = trial.choice<std::uint8_t>(pooled(s));
        const std::vector<Real> z = full_resolution(s, image, filters, biased ? &offsets : nullptr);
        // An activation has a slope of at most 1, so the bound of the sum holds for it, too. |x| <= 1,
        // |w| <= 0.3.
        const double bound = 4 * double(s.patch() + 1), magnitude = 0.3 * double(s.patch()) + 1;
        trial.compare(
            [&](Run& run) {
              run.kernels.convolution_activation_pool_forward(run.context, s, activation, run[x], run[w],
                                                              biased ? run[bias] : nullptr, run[y],
                                                              run[winner]);
            },
            within(bound, magnitude),
            [&](const Outcome& got) {
              const std::vector<std::uint8_t> winners = got[winner];
              Index wrong = 0;
              for (Index k = 0; k < pooled(s); ++k) {
                const AtWinner at = look(pool_after(s), z, k, winners[static_cast<std::size_t>(k)]);
                wrong += !(at.largest - at.chosen <= 2 * bound * eps * magnitude);
              }
              CHECK(wrong == 0);
            });
      }
}

TEST_CASE("convolution + activation + pool: equal values, the first wins") {
  const ConvolutionShape s{1, 6, 8, 3, 17, 3, 3, 1, 1};
  Trial trial("convolution_activation_pool_forward of a black image");
  const auto x = trial.input(std::vector<Real>(6 * 8 * 3, Real(0)));
  const auto w = trial.input(trial.random(s.patch() * s.out_channels));
  const auto bias = trial.input(trial.random(s.out_channels));
  const auto y = trial.output<Real>(pooled(s));
  const auto winner = trial.output<std::uint8_t>(pooled(s));
  trial.compare(
      [&](Run& run) {
        run.kernels.convolution_activation_pool_forward(run.context, s, Activation::relu, run[x], run[w],
                                                        run[bias], run[y], run[winner]);
      },
      exact(),
      [&](const Outcome& got) {
        CHECK(got[winner] == std::vector<std::uint8_t>(std::size_t(pooled(s)), 0));
      });
}

TEST_CASE("convolution + activation + pool: NaN in the image reaches every window that sees it") {
  const ConvolutionShape s{1, 8, 8, 2, 19, 3, 3, 1, 1};
  for (const Activation activation : pooled_activations) {
    Trial trial("convolution_activation_pool_forward with NaN, activation {}", int(activation));
    std::vector<Real> image = trial.random(8 * 8 * 2);
    image[(3 * 8 + 4) * 2 + 1] = std::numeric_limits<Real>::quiet_NaN();
    const auto x = trial.input(image);
    const auto w = trial.input(trial.random(s.patch() * s.out_channels, -0.3, 0.3));
    const auto y = trial.output<Real>(pooled(s));
    const auto winner = trial.choice<std::uint8_t>(pooled(s));
    trial.compare(
        [&](Run& run) {
          run.kernels.convolution_activation_pool_forward(run.context, s, activation, run[x], run[w], nullptr,
                                                          run[y], run[winner]);
        },
        within(4 * 19, 6),
        [&](const Outcome& got) {
          for (const std::uint8_t k : got[winner]) CHECK(k < 4);
        });
  }
}

TEST_CASE("activation + pool: backward assigns the whole image") {
  for (const ConvolutionShape& s : pooled_shapes)
    for (const Activation activation : pooled_activations) {
      Trial trial("activation_pool_backward {}x{} -> {}, activation {}", s.height, s.width, s.out_channels,
                  int(activation));
      const auto y = trial.input(trial.random(pooled(s), activation == Activation::sigmoid ? 0 : -0.9, 0.9));
      std::vector<std::uint8_t> positions;
      for (const std::int32_t k : trial.random_indices(pooled(s), 4))
        positions.push_back(static_cast<std::uint8_t>(k));
      const auto winner = trial.input(positions);
      const auto dy = trial.input(trial.random(pooled(s)));
      const auto dz = trial.output<Real>(s.pixels() * s.out_channels);
      trial.compare(
          [&](Run& run) {
            run.kernels.activation_pool_backward(run.context, s, activation, run[y], run[winner], run[dy],
                                                 run[dz]);
          },
          relative(16));
    }
}

namespace {

// The arrays of one call of the backward kernel, with random winners: any of the four may have won.
struct BackwardArrays {
  Array<Real> x, w, y, dy, dx, dw, dbias;
  Array<std::uint8_t> winner;
};
BackwardArrays backward_arrays(Trial& trial, const ConvolutionShape& s, Activation activation) {
  BackwardArrays a;
  a.x = trial.input(trial.random(s.batch * s.height * s.width * s.in_channels));
  a.w = trial.input(trial.random(s.patch() * s.out_channels));
  // |activation'(y)| <= 1 for these y; with a relu, half of them are dead.
  const std::vector<Real> y = trial.random(pooled(s), activation == Activation::sigmoid ? 0 : -0.9, 0.9);
  a.y = trial.input(y);
  trial.magnitude(a.y, std::vector<Real>(y.size(), activation == Activation::tanh ? Real(0) : Real(0.5)));
  std::vector<std::uint8_t> positions;
  for (const std::int32_t k : trial.random_indices(pooled(s), 4))
    positions.push_back(static_cast<std::uint8_t>(k));
  a.winner = trial.input(positions);
  a.dy = trial.input(trial.random(pooled(s)));
  a.dx = trial.gradient(s.batch * s.height * s.width * s.in_channels);
  a.dw = trial.gradient(s.patch() * s.out_channels);
  a.dbias = trial.gradient(s.out_channels);
  return a;
}
void backward(Run& run, const ConvolutionShape& s, Activation activation, const BackwardArrays& a, bool dx,
              bool dw, bool dbias) {
  run.kernels.convolution_activation_pool_backward(run.context, s, activation, run[a.x], run[a.w], run[a.y],
                                                   run[a.winner], run[a.dy], dx ? run[a.dx] : nullptr,
                                                   dw ? run[a.dw] : nullptr, dbias ? run[a.dbias] : nullptr);
}
// The longer of the sums of dx and dw, and the few roundings of activation'(y).
Index longest_sum(const ConvolutionShape& s) {
  return std::max(pooled(s) / s.out_channels, s.kernel_height * s.kernel_width * s.out_channels) + 8;
}

// Windows that hang over the image, strides, more channels than a register and a rest of them, filters that
// need more than one tile of registers, images too small to have a winner.
const std::vector<ConvolutionShape> more_shapes = {
    {2, 12, 9, 5, 7, 3, 3, 2, 1},   {1, 17, 19, 20, 6, 5, 3, 3, 2},  {1, 9, 8, 37, 5, 3, 3, 1, 1},
    {1, 21, 19, 3, 31, 7, 7, 1, 3}, {1, 12, 16, 1, 9, 9, 11, 1, 5},  {2, 6, 31, 32, 17, 2, 6, 1, 0},
    {1, 5, 5, 2, 3, 3, 3, 1, 4},    {1, 3, 60, 130, 33, 3, 3, 1, 1},
};

}  // namespace

TEST_CASE("convolution + activation + pool: backward, with each set of gradients that may be wanted") {
  std::vector<ConvolutionShape> all = pooled_shapes;
  all.insert(all.end(), more_shapes.begin(), more_shapes.end());
  for (const ConvolutionShape& s : all)
    for (const Activation activation : pooled_activations) {
      if (is_large(s) && activation != Activation::relu) continue;
      const bool few = activation != Activation::relu || (is_large(s) && !threads_are_under_test());
      for (const int wanted : few ? std::vector<int>{7} : std::vector<int>{7, 1, 2, 4, 6}) {
        Trial trial(
            "convolution_activation_pool_backward [{} {} {} {}] * {}x{} -> {}, stride {}, pad {}, "
            "activation {}, gradients {}",
            s.batch, s.height, s.width, s.in_channels, s.kernel_height, s.kernel_width, s.out_channels,
            s.stride, s.pad, int(activation), wanted);
        const BackwardArrays a = backward_arrays(trial, s, activation);
        trial.compare([&](Run& run) { backward(run, s, activation, a, wanted & 1, wanted & 2, wanted & 4); },
                      products(longest_sum(s)));
      }
    }
}

TEST_CASE(
    "convolution + activation + pool: backward over many images is cut into chunks by the shape alone") {
  const ConvolutionShape s{37, 12, 23, 3, 5, 5, 5, 1, 2};
  Trial trial("convolution_activation_pool_backward of 37 images");
  const BackwardArrays a = backward_arrays(trial, s, Activation::relu);
  trial.compare([&](Run& run) { backward(run, s, Activation::relu, a, true, true, true); },
                products(longest_sum(s)));
}

TEST_CASE("convolution + activation + pool: backward passes NaN on, and not beyond its patch") {
  // With 16 channels dx has whole registers, and the cpu's relu lists the winners.
  const std::pair<Index, Activation> cases[] = {
      {3, Activation::identity}, {3, Activation::relu}, {16, Activation::relu}};
  for (const auto& one : cases) {
    const Index channels = one.first, patch = 3 * 3 * channels;
    const Activation activation = one.second;
    const ConvolutionShape s{1, 8, 10, channels, 4, 3, 3, 1, 1};
    Trial trial("convolution_activation_pool_backward of one NaN, activation {}, {} channels",
                int(activation), channels);
    const BackwardArrays a = backward_arrays(trial, s, activation);
    std::vector<Real> dy(static_cast<std::size_t>(pooled(s)), Real(0.5));
    dy[(1 * 5 + 2) * 4 + 1] = std::numeric_limits<Real>::quiet_NaN();  // window (1, 2) of channel 1
    const auto bad = trial.input(dy);
    trial.compare(
        [&](Run& run) {
          run.kernels.convolution_activation_pool_backward(run.context, s, activation, run[a.x], run[a.w],
                                                           run[a.y], run[a.winner], run[bad], run[a.dx],
                                                           run[a.dw], run[a.dbias]);
        },
        products(longest_sum(s)),
        [&](const Outcome& got) {
          Index unknown = 0;
          for (const Real value : got[a.dx]) unknown += std::isnan(value);
          CHECK(unknown == patch);
          for (const Real value : got[a.dw]) unknown += std::isnan(value);
          CHECK(unknown == 2 * patch);
        });
  }
}
