#include <doctest/doctest.h>

#include <limits>

#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {

// Odd sizes whose rest is dropped, windows that overlap or leave gaps, channel counts around a SIMD register.
const std::vector<PoolShape> pools = {
    {1, 2, 2, 1},
    {2, 5, 7, 3},
    {3, 8, 6, 16},
    {1, 9, 4, 17},
    {2, 6, 6, 33, 3, 3, 2, 2},
    {1, 7, 9, 5, 2, 3, 2, 2},
    {2, 26, 11, 64, 2, 3, 2, 2},
    {1, 11, 13, 7, 1, 1, 3, 4},
    {1, 5, 1, 31, 5, 1, 1, 1},
};
const std::vector<StripShape> strips = {
    {1, 1, 1, 1, 1},  {2, 13, 5, 128, 7}, {3, 7, 1, 17, 3},
    {1, 5, 3, 33, 5}, {2, 26, 1, 7, 4},   {1, 3, 2, 8, 5},  // more strips than rows
};

std::string describe(const PoolShape& s) {
  return fmt::format("[{} {} {} {}] window {}x{} stride {}x{}", s.batch, s.height, s.width, s.channels,
                     s.window_height, s.window_width, s.stride_height, s.stride_width);
}
std::string describe(const StripShape& s) {
  return fmt::format("[{} {}x{} {}] into {} strips", s.batch, s.rows, s.columns, s.channels, s.strips);
}
Index inputs(const PoolShape& s) {
  return s.batch * s.height * s.width * s.channels;
}
Index outputs(const PoolShape& s) {
  return s.batch * s.out_height() * s.out_width() * s.channels;
}
Index inputs(const StripShape& s) {
  return s.batch * s.patches() * s.channels;
}
Index outputs(const StripShape& s) {
  return s.batch * s.strips * s.channels;
}

// Numbers of which many are equal, so that ties happen.
std::vector<Real> coarse(Trial& trial, Index n) {
  std::vector<Real> values;
  for (const std::int32_t k : trial.random_indices(n, 5)) values.push_back(Real(k - 2));
  return values;
}

// A mask that leaves out whole strips in some images, single patches in others.
std::vector<std::uint8_t> random_mask(Trial& trial, const StripShape& s) {
  std::vector<std::uint8_t> mask;
  for (const std::int32_t k : trial.random_indices(s.batch * s.patches(), 3))
    mask.push_back(k == 0 ? 255 : 0);
  return mask;
}

}  // namespace

TEST_CASE("max pooling: forward, values and winners") {
  for (const PoolShape& s : pools)
    for (const bool ties : {false, true}) {
      Trial trial("max_pool_forward {} ties={}", describe(s), ties);
      const auto x = trial.input(ties ? coarse(trial, inputs(s)) : trial.random(inputs(s)));
      const auto y = trial.output<Real>(outputs(s));
      const auto winner = trial.output<std::uint8_t>(outputs(s));
      trial.compare(
          [&](Run& run) { run.kernels.max_pool_forward(run.context, s, run[x], run[y], run[winner]); },
          exact());
    }
}

TEST_CASE("max pooling: NaN and infinity at every place of a window") {
  for (const Real value : {std::numeric_limits<Real>::quiet_NaN(), std::numeric_limits<Real>::infinity(),
                           -std::numeric_limits<Real>::infinity()})
    for (int place = 0; place < 4; ++place)
      for (const Index channels : {3, 16, 35}) {
        const PoolShape s{1, 2, 2, channels};
        Trial trial("max_pool_forward with {} at {}, {} channels", value, place, channels);
        std::vector<Real> values = trial.random(4 * channels);
        for (Index ch = 0; ch < channels; ch += 2) values[std::size_t(place * channels + ch)] = value;
        const auto x = trial.input(values);
        const auto y = trial.output<Real>(channels);
        const auto winner = trial.choice<std::uint8_t>(channels);
        trial.compare(
            [&](Run& run) { run.kernels.max_pool_forward(run.context, s, run[x], run[y], run[winner]); },
            exact(),
            [&](const Outcome& got) {
              for (const std::uint8_t k : got[winner]) CHECK(k < 4);
            });
      }
}

TEST_CASE("max pooling: backward") {
  for (const PoolShape& s : pools) {
    Trial trial("max_pool_backward {}", describe(s));
    std::vector<std::uint8_t> positions;
    for (const std::int32_t k : trial.random_indices(outputs(s), s.window_height * s.window_width))
      positions.push_back(static_cast<std::uint8_t>(k));
    const auto winner = trial.input(positions);
    const auto dy = trial.input(trial.random(outputs(s)));
    const auto dx = trial.gradient(inputs(s));
    trial.compare(
        [&](Run& run) { run.kernels.max_pool_backward(run.context, s, run[winner], run[dy], run[dx]); },
        products(s.window_height * s.window_width));
  }
}

TEST_CASE("average pooling: forward and backward") {
  for (const PoolShape& s : pools) {
    Trial trial("average_pool {}", describe(s));
    const auto x = trial.input(trial.random(inputs(s)));
    const auto y = trial.output<Real>(outputs(s));
    const auto dy = trial.input(trial.random(outputs(s)));
    const auto dx = trial.gradient(inputs(s));
    trial.compare(
        [&](Run& run) {
          run.kernels.average_pool_forward(run.context, s, run[x], run[y]);
          run.kernels.average_pool_backward(run.context, s, run[dy], run[dx]);
        },
        products(s.window_height * s.window_width + 1));
  }
}

TEST_CASE("strip maximum: forward, with a mask and with ties") {
  for (const StripShape& s : strips)
    for (const bool ties : {false, true}) {
      Trial trial("strip_max_forward {} ties={}", describe(s), ties);
      const auto x =
          trial.input(ties ? coarse(trial, inputs(s))
                           : trial.random(inputs(s), -2, -1));  // all below the 0 of an empty strip
      const auto mask = trial.input(random_mask(trial, s));
      const auto y = trial.output<Real>(outputs(s));
      const auto winner = trial.output<std::int32_t>(outputs(s));
      trial.compare(
          [&](Run& run) {
            run.kernels.strip_max_forward(run.context, s, run[x], run[mask], run[y], run[winner]);
          },
          exact());
    }
}

TEST_CASE("strip maximum: NaN in a patch reaches its strip, unless the mask leaves it out") {
  const StripShape s{1, 4, 2, 19, 2};
  Trial trial("strip_max_forward with NaN");
  std::vector<Real> values = trial.random(inputs(s));
  values[2 * 19 + 5] = values[6 * 19 + 7] = std::numeric_limits<Real>::quiet_NaN();
  const auto x = trial.input(values);
  const auto mask = trial.input(std::vector<std::uint8_t>{1, 1, 1, 1, 1, 1, 0, 1});
  const auto y = trial.output<Real>(outputs(s));
  const auto winner = trial.choice<std::int32_t>(outputs(s));
  trial.compare(
      [&](Run& run) {
        run.kernels.strip_max_forward(run.context, s, run[x], run[mask], run[y], run[winner]);
      },
      exact());
}

TEST_CASE("strip maximum: backward, a patch that wins in two strips gets both gradients") {
  for (const StripShape& s : strips) {
    Trial trial("strip_max_backward {}", describe(s));
    const std::vector<Real> values = trial.random(inputs(s));
    const std::vector<std::uint8_t> masked = random_mask(trial, s);
    std::vector<Real> y(static_cast<std::size_t>(outputs(s)));
    std::vector<std::int32_t> winners(y.size());
    Context context;
    reference::kernels.strip_max_forward(context, s, values.data(), masked.data(), y.data(), winners.data());
    const auto winner = trial.input(winners);
    const auto dy = trial.input(trial.random(outputs(s)));
    const auto dx = trial.gradient(inputs(s));
    trial.compare(
        [&](Run& run) { run.kernels.strip_max_backward(run.context, s, run[winner], run[dy], run[dx]); },
        products(s.strips + 1));
  }
}

TEST_CASE("strip mean: forward and backward, with weights of which some are 0") {
  for (const StripShape& s : strips) {
    Trial trial("strip_mean {}", describe(s));
    const auto x = trial.input(trial.random(inputs(s)));
    std::vector<Real> weights = trial.random(s.batch * s.patches(), 0, 1);
    const std::vector<std::uint8_t> mask = random_mask(trial, s);
    for (std::size_t p = 0; p < weights.size(); ++p)
      if (mask[p]) weights[p] = 0;
    // In the first image the first strip has no weight at all.
    for (Index p = 0; p < s.end_row(0) * s.columns; ++p) weights[static_cast<std::size_t>(p)] = 0;
    const auto weight = trial.input(weights);
    const auto y = trial.output<Real>(outputs(s));
    const auto dy = trial.input(trial.random(outputs(s)));
    const auto dx = trial.gradient(inputs(s));
    trial.compare(
        [&](Run& run) {
          run.kernels.strip_mean_forward(run.context, s, run[x], run[weight], run[y]);
          run.kernels.strip_mean_backward(run.context, s, run[weight], run[dy], run[dx]);
        },
        products(s.patches() + s.strips + 2));
  }
}
