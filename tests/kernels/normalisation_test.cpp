#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {

const std::vector<std::array<Index, 2>> matrices = {{1, 1},    {2, 3},   {5, 1},    {7, 17},   {33, 8},
                                                    {257, 16}, {96, 33}, {1031, 5}, {3, 1031}, {5003, 2}};

// What the batch statistics of x are, from the reference: the input of the kernels that follow.
struct Statistics {
  std::vector<Real> mean, variance;
};
Statistics statistics(const std::vector<Real>& x, Index rows, Index channels) {
  Statistics s{std::vector<Real>(std::size_t(channels)), std::vector<Real>(std::size_t(channels))};
  Context context;
  reference::kernels.batch_norm_statistics(context, rows, channels, x.data(), s.mean.data(),
                                           s.variance.data());
  return s;
}

constexpr Real epsilon = Real(1e-3);
// |x - mean| / deviation of one element among n is at most sqrt(n); for uniform numbers it stays below 2,
// unless rows are so few that epsilon decides.
constexpr double largest_xhat = 2;

const std::vector<PoolShape> pooled_images = {
    {1, 2, 2, 1}, {2, 6, 8, 16}, {3, 7, 5, 33}, {1, 9, 10, 5}, {5, 26, 11, 17}};

}  // namespace

TEST_CASE("L2 normalisation: forward") {
  for (const auto& [rows, columns] : matrices) {
    Trial trial("l2_normalise_forward {}x{}", rows, columns);
    const auto x = trial.input(trial.random(rows * columns));
    const auto y = trial.output<Real>(rows * columns), norm = trial.output<Real>(rows);
    // The sum of `columns` squares is off by at most 4 K eps of itself, its root by half of that.
    trial.compare(
        [&, rows = rows, columns = columns](Run& run) {
          run.kernels.l2_normalise_forward(run.context, rows, columns, Real(1e-12), run[x], run[y],
                                           run[norm]);
        },
        relative(2 * double(columns) + 4));
  }
}

TEST_CASE("L2 normalisation: a row shorter than epsilon is divided by epsilon; NaN is passed on") {
  Trial trial("l2_normalise_forward of short rows");
  std::vector<Real> values(3 * 21, Real(0));
  values[21 + 4] = Real(1e-4);
  values[42 + 20] = std::numeric_limits<Real>::quiet_NaN();
  const auto x = trial.input(values);
  const auto y = trial.output<Real>(3 * 21), norm = trial.output<Real>(3);
  trial.compare(
      [&](Run& run) {
        run.kernels.l2_normalise_forward(run.context, 3, 21, Real(0.01), run[x], run[y], run[norm]);
      },
      relative(8),
      [&](const Outcome& got) {
        CHECK(double(got[y][21 + 4]) == doctest::Approx(0.01));
        CHECK(std::isnan(got[norm][2]));
      });
}

TEST_CASE("L2 normalisation: backward, long rows and short ones") {
  for (const auto& [rows, columns] : matrices)
    for (const Real limit : {Real(1e-12), Real(1e3)}) {
      Trial trial("l2_normalise_backward {}x{} epsilon={}", rows, columns, limit);
      std::vector<Real> y(std::size_t(rows * columns)), norm(static_cast<std::size_t>(rows));
      Context context;
      reference::kernels.l2_normalise_forward(
          context, rows, columns, limit, trial.random(rows * columns, 0.1, 1).data(), y.data(), norm.data());
      const auto in_y = trial.input(y), in_norm = trial.input(norm),
                 dy = trial.input(trial.random(rows * columns));
      const auto dx = trial.gradient(rows * columns);
      trial.compare(
          [&, rows = rows, columns = columns](Run& run) {
            run.kernels.l2_normalise_backward(run.context, rows, columns, limit, run[in_y], run[in_norm],
                                              run[dy], run[dx]);
          },
          // |y . dy| <= sqrt(columns) with |y| = 1, and norm >= 0.1 sqrt(columns).
          within(4 * double(columns + 3), limit > 1 ? 1e-3 : 10 + 10 / std::sqrt(double(columns))));
    }
}

TEST_CASE("batch norm: statistics, also far from 0") {
  for (const auto& [rows, channels] : matrices)
    for (const double centre : {0.0, 10.0}) {
      Trial trial("batch_norm_statistics {}x{} around {}", rows, channels, centre);
      const auto x = trial.input(trial.random(rows * channels, centre - 1, centre + 1));
      const auto mean = trial.output<Real>(channels), variance = trial.output<Real>(channels);
      // The variance is a sum of squared differences, not a difference of squares, which would be off by
      // centre^2.
      trial.compare(
          [&, rows = rows, channels = channels](Run& run) {
            run.kernels.batch_norm_statistics(run.context, rows, channels, run[x], run[mean], run[variance]);
          },
          within(std::min(4 * double(rows), 64.0), centre + 1));
    }
}

TEST_CASE("batch norm: forward and backward") {
  for (const auto& [rows, channels] : matrices) {
    Trial trial("batch_norm {}x{}", rows, channels);
    const std::vector<Real> values = trial.random(rows * channels);
    const Statistics s = statistics(values, rows, channels);
    const auto x = trial.input(values), mean = trial.input(s.mean), variance = trial.input(s.variance);
    const auto gamma = trial.input(trial.random(channels)), beta = trial.input(trial.random(channels));
    const auto y = trial.output<Real>(rows * channels);
    const auto forward = [&, rows = rows, channels = channels](Run& run) {
      run.kernels.batch_norm_forward(run.context, rows, channels, epsilon, run[x], run[mean], run[variance],
                                     run[gamma], run[beta], run[y]);
    };
    double steepest = 1;  // gamma / deviation
    for (const Real v : s.variance) steepest = std::max(steepest, 1 / std::sqrt(double(v) + epsilon));
    trial.compare(forward, within(8, 2 * steepest + 1));

    const auto dy = trial.input(trial.random(rows * channels));
    const auto dx = trial.gradient(rows * channels), dgamma = trial.gradient(channels),
               dbeta = trial.gradient(channels);
    const auto dx_alone = trial.gradient(rows * channels), dgamma_alone = trial.gradient(channels);
    const auto backward = [&, rows = rows, channels = channels](Run& run) {
      forward(run);
      const auto kernel = run.kernels.batch_norm_backward;
      kernel(run.context, rows, channels, epsilon, run[x], run[mean], run[variance], run[gamma], run[dy],
             run[dx], run[dgamma], run[dbeta]);
      kernel(run.context, rows, channels, epsilon, run[x], run[mean], run[variance], run[gamma], run[dy],
             run[dx_alone], nullptr, nullptr);
      kernel(run.context, rows, channels, epsilon, run[x], run[mean], run[variance], run[gamma], run[dy],
             nullptr, run[dgamma_alone], nullptr);
    };
    // dgamma sums `rows` terms of at most |dy| |xhat|, so K eps K in all; but no more than a sum in blocks
    // needs.
    trial.compare(backward, within(8 * std::sqrt(double(rows)) + 16,
                                   largest_xhat * double(rows) / std::sqrt(double(rows)) * steepest));
  }
}

TEST_CASE("batch norm + activation + pool: forward, winners among the normalised values") {
  for (const PoolShape& p : pooled_images)
    for (const Activation activation : pooled_activations) {
      Trial trial("batch_norm_activation_pool_forward [{} {} {} {}] activation {}", p.batch, p.height,
                  p.width, p.channels, int(activation));
      const Index rows = p.batch * p.height * p.width,
                  pooled = p.batch * p.out_height() * p.out_width() * p.channels;
      const std::vector<Real> values = trial.random(rows * p.channels);
      const Statistics s = statistics(values, rows, p.channels);
      const auto x = trial.input(values), mean = trial.input(s.mean), variance = trial.input(s.variance);
      const auto gamma = trial.input(trial.random(p.channels)),
                 beta = trial.input(trial.random(p.channels));  // either sign
      const auto y = trial.output<Real>(pooled);
      const auto winner =
          trial.output<std::uint8_t>(pooled);  // random numbers are too far apart for a tie by rounding
      trial.compare(
          [&](Run& run) {
            run.kernels.batch_norm_activation_pool_forward(run.context, p, activation, epsilon, run[x],
                                                           run[mean], run[variance], run[gamma], run[beta],
                                                           run[y], run[winner]);
          },
          within(16, 4));
    }
}

TEST_CASE("batch norm + activation + pool: NaN wins its window") {
  const PoolShape p{1, 4, 4, 19};
  Trial trial("batch_norm_activation_pool_forward with NaN");
  std::vector<Real> values = trial.random(16 * 19);
  const Statistics s = statistics(values, 16, 19);
  values[5 * 19 + 3] = values[15 * 19 + 18] = std::numeric_limits<Real>::quiet_NaN();
  const auto x = trial.input(values), mean = trial.input(s.mean), variance = trial.input(s.variance);
  const auto gamma = trial.input(trial.random(19)), beta = trial.input(trial.random(19));
  const auto y = trial.output<Real>(4 * 19);
  const auto winner = trial.choice<std::uint8_t>(4 * 19);
  trial.compare(
      [&](Run& run) {
        run.kernels.batch_norm_activation_pool_forward(run.context, p, Activation::relu, epsilon, run[x],
                                                       run[mean], run[variance], run[gamma], run[beta],
                                                       run[y], run[winner]);
      },
      within(16, 4));
}

TEST_CASE("batch norm + activation + pool: backward assigns dx and adds to dgamma and dbeta") {
  for (const PoolShape& p : pooled_images)
    for (const Activation activation : pooled_activations) {
      Trial trial("batch_norm_activation_pool_backward [{} {} {} {}] activation {}", p.batch, p.height,
                  p.width, p.channels, int(activation));
      const Index rows = p.batch * p.height * p.width,
                  pooled = p.batch * p.out_height() * p.out_width() * p.channels;
      const std::vector<Real> values = trial.random(rows * p.channels), scales = trial.random(p.channels);
      const std::vector<Real> offsets = trial.random(p.channels);
      const Statistics s = statistics(values, rows, p.channels);
      std::vector<Real> result(static_cast<std::size_t>(pooled));
      std::vector<std::uint8_t> winners(result.size());
      Context context;
      reference::kernels.batch_norm_activation_pool_forward(context, p, activation, epsilon, values.data(),
                                                            s.mean.data(), s.variance.data(), scales.data(),
                                                            offsets.data(), result.data(), winners.data());
      const auto x = trial.input(values), mean = trial.input(s.mean), variance = trial.input(s.variance);
      const auto gamma = trial.input(scales), y = trial.input(result), dy = trial.input(trial.random(pooled));
      const auto winner = trial.input(winners);
      const auto dx = trial.output<Real>(rows * p.channels);
      const auto dgamma = trial.gradient(p.channels), dbeta = trial.gradient(p.channels);
      trial.compare(
          [&](Run& run) {
            run.kernels.batch_norm_activation_pool_backward(
                run.context, p, activation, epsilon, run[x], run[mean], run[variance], run[gamma], run[y],
                run[winner], run[dy], run[dx], run[dgamma], run[dbeta]);
          },
          within(32, 4 + 2 * double(pooled / p.channels)));
    }
}

TEST_CASE("batch norm: running averages") {
  for (const Index channels : {1, 7, 64, 300}) {
    Trial trial("batch_norm_track channels={}", channels);
    const auto mean = trial.input(trial.random(channels)),
               variance = trial.input(trial.random(channels, 0, 1));
    const auto running_mean = trial.in_place(trial.random(channels)),
               running_variance = trial.in_place(trial.random(channels, 0, 1));
    trial.compare(
        [&](Run& run) {
          run.kernels.batch_norm_track(run.context, channels, Real(0.9), Real(0.1), Real(0.11), run[mean],
                                       run[variance], run[running_mean], run[running_variance]);
        },
        within(4, 1));
  }
}
