#include <doctest/doctest.h>

#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {

// Kernel sizes, strides, paddings and channel counts that meet every remainder of a tile; the network's own
// layers, smaller; windows larger than the image; channels below, at and above a SIMD register.
const std::vector<ConvolutionShape> convolutions = {
    {.batch = 1,
     .height = 1,
     .width = 1,
     .in_channels = 1,
     .out_channels = 1,
     .kernel_height = 1,
     .kernel_width = 1},
    {.batch = 2,
     .height = 5,
     .width = 7,
     .in_channels = 3,
     .out_channels = 4,
     .kernel_height = 3,
     .kernel_width = 3},
    {1, 9, 8, 3, 16, 5, 5, 1, 2},
    {3, 11, 6, 16, 32, 5, 5, 1, 2},
    {2, 6, 7, 32, 33, 3, 3, 1, 1},
    {1, 13, 17, 2, 13, 3, 2, 1, 1},
    {2, 12, 9, 5, 7, 3, 3, 2, 1},
    {1, 17, 5, 1, 48, 5, 3, 3, 2},
    {1, 3, 3, 7, 17, 5, 5, 1, 2},
    {1, 7, 31, 17, 1, 1, 1, 1, 0},
    {2, 9, 9, 4, 15, 1, 1, 2, 0},
    {1, 4, 4, 130, 49, 3, 3, 1, 1},
    {1, 21, 19, 3, 31, 7, 7, 1, 3},
    {1, 5, 5, 2, 3, 3, 3, 1, 4},  // more padding than the kernel reaches
    // Large patches, with strides, narrow tiles of one register and several bands, of which the last may be
    // shorter.
    {2, 23, 29, 32, 24, 3, 3, 2, 1},
    {1, 41, 19, 16, 7, 5, 5, 1, 2},
    {1, 20, 20, 32, 16, 5, 5, 1, 4},
};

std::string describe(const ConvolutionShape& s) {
  return fmt::format("[{} {} {} {}] * {}x{} -> {} channels, stride {}, pad {}", s.batch, s.height, s.width,
                     s.in_channels, s.kernel_height, s.kernel_width, s.out_channels, s.stride, s.pad);
}
Index inputs(const ConvolutionShape& s) {
  return s.batch * s.height * s.width * s.in_channels;
}
Index outputs(const ConvolutionShape& s) {
  return s.pixels() * s.out_channels;
}
Index weights(const ConvolutionShape& s) {
  return s.patch() * s.out_channels;
}

}  // namespace

TEST_CASE("convolution: forward, with and without a bias") {
  for (const ConvolutionShape& s : convolutions) {
    Trial trial("convolution_forward {}", describe(s));
    const auto x = trial.input(trial.random(inputs(s)));
    const auto w = trial.input(trial.random(weights(s)));
    const auto bias = trial.input(trial.random(s.out_channels));
    const auto y = trial.output<Real>(outputs(s)), plain = trial.output<Real>(outputs(s));
    trial.compare(
        [&](Run& run) {
          run.kernels.convolution_forward(run.context, s, run[x], run[w], run[bias], run[y]);
          run.kernels.convolution_forward(run.context, s, run[x], run[w], nullptr, run[plain]);
        },
        products(s.patch() + 1));
  }
}

TEST_CASE("convolution: backward by the input") {
  for (const ConvolutionShape& s : convolutions) {
    Trial trial("convolution_backward_input {}", describe(s));
    const auto dy = trial.input(trial.random(outputs(s)));
    const auto w = trial.input(trial.random(weights(s)));
    const auto dx = trial.gradient(inputs(s));
    trial.compare(
        [&](Run& run) { run.kernels.convolution_backward_input(run.context, s, run[dy], run[w], run[dx]); },
        products(s.kernel_height * s.kernel_width * s.out_channels + 1));
  }
}

TEST_CASE("convolution: backward by the weights, all, or without one of the two") {
  for (const ConvolutionShape& s : convolutions) {
    Trial trial("convolution_backward_weights {}", describe(s));
    const auto x = trial.input(trial.random(inputs(s)));
    const auto dy = trial.input(trial.random(outputs(s)));
    const auto dw = trial.gradient(weights(s)), dbias = trial.gradient(s.out_channels);
    const auto dw_alone = trial.gradient(weights(s)), dbias_alone = trial.gradient(s.out_channels);
    trial.compare(
        [&](Run& run) {
          const auto backward = run.kernels.convolution_backward_weights;
          backward(run.context, s, run[x], run[dy], run[dw], run[dbias]);
          backward(run.context, s, run[x], run[dy], run[dw_alone], nullptr);
          backward(run.context, s, run[x], run[dy], nullptr, run[dbias_alone]);
        },
        products(s.pixels() + 1));
  }
}

TEST_CASE(
    "convolution: a long sum over many pixels stays within the bound and the same for any number of "
    "threads") {
  const ConvolutionShape s{5, 37, 23, 3, 5, 5, 5, 1, 2};
  Trial trial("convolution_backward_weights {}", describe(s));
  const auto x = trial.input(trial.random(inputs(s)));
  const auto dy = trial.input(trial.random(outputs(s)));
  const auto dw = trial.gradient(weights(s)), dbias = trial.gradient(s.out_channels);
  trial.compare(
      [&](Run& run) {
        run.kernels.convolution_backward_weights(run.context, s, run[x], run[dy], run[dw], run[dbias]);
      },
      products(s.pixels() + 1));
}
