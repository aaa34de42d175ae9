#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {

const std::vector<std::array<Index, 2>> tables = {{1, 1},  {1, 2},   {3, 7},    {17, 16},
                                                  {5, 33}, {96, 48}, {2, 1031}, {13, 225}};

// Rows around +offset and -offset; at 300 exp overflows unless the maximum is taken out first.
std::vector<Real> logits(Trial& trial, Index rows, Index columns, double offset) {
  std::vector<Real> values = trial.random(rows * columns, -5, 5);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<Real>(values[i] + (Index(i) / columns % 2 ? offset : -offset));
  return values;
}
constexpr double offsets[] = {0, 300};

// x - max is rounded once; the sum of the exponentials has K terms.
Bound probabilities(Index columns) {
  return within(4 * double(columns + 2), 1);
}
// The logarithm of such a sum, and a number as large as x itself.
Bound logarithms(Index columns, double offset) {
  return within(4 + 0.1 * double(columns), 10 + offset);
}

std::vector<std::int32_t> sorted_triplets(Trial& trial, Index n, Index count) {
  std::vector<std::int32_t> triplets = trial.random_indices(3 * count, n), anchors;
  for (Index t = 0; t < count; ++t) anchors.push_back(triplets[std::size_t(3 * t)]);
  std::sort(anchors.begin(), anchors.end());
  for (Index t = 0; t < count; ++t) triplets[std::size_t(3 * t)] = anchors[std::size_t(t)];
  return triplets;
}

}  // namespace

TEST_CASE("softmax: forward and backward") {
  for (const auto& [rows, columns] : tables)
    for (const double offset : offsets) {
      Trial trial("softmax {}x{} around {}", rows, columns, offset);
      const auto x = trial.input(logits(trial, rows, columns, offset));
      const auto saved = trial.input(trial.random(rows * columns, 0, 2.0 / double(columns)));
      const auto dy = trial.input(trial.random(rows * columns));
      const auto y = trial.output<Real>(rows * columns);
      const auto dx = trial.gradient(rows * columns);
      trial.compare(
          [&, rows = rows, columns = columns](Run& run) {
            run.kernels.softmax_forward(run.context, rows, columns, run[x], run[y]);
            run.kernels.softmax_backward(run.context, rows, columns, run[saved], run[dy], run[dx]);
          },
          probabilities(columns),
          [&, rows = rows, columns = columns](const Outcome& got) {
            const std::vector<Real> p = got[y];
            for (Index i = 0; i < rows; ++i) {
              double sum = 0;
              for (Index j = 0; j < columns; ++j) sum += p[std::size_t(i * columns + j)];
              CHECK(std::abs(sum - 1) <= 4 * double(columns + 2) * eps);
            }
          });
    }
}

TEST_CASE("log-softmax: forward") {
  for (const auto& [rows, columns] : tables)
    for (const double offset : offsets) {
      Trial trial("log_softmax_forward {}x{} around {}", rows, columns, offset);
      const auto x = trial.input(logits(trial, rows, columns, offset));
      const auto y = trial.output<Real>(rows * columns);
      trial.compare(
          [&, rows = rows, columns = columns](Run& run) {
            run.kernels.log_softmax_forward(run.context, rows, columns, run[x], run[y]);
          },
          logarithms(columns, offset));
    }
}

TEST_CASE("log-softmax: backward") {
  for (const auto& [rows, columns] : tables) {
    Trial trial("log_softmax_backward {}x{}", rows, columns);
    const auto y = trial.input(trial.random(rows * columns, -9, -0.1));
    const auto dy = trial.input(trial.random(rows * columns));
    const auto dx = trial.gradient(rows * columns);
    trial.compare(
        [&, rows = rows, columns = columns](Run& run) {
          run.kernels.log_softmax_backward(run.context, rows, columns, run[y], run[dy], run[dx]);
        },
        within(4 * double(columns + 4), double(columns)));  // |sum dy| <= columns
  }
}

TEST_CASE("softmax of a row with NaN is NaN; other rows are not touched") {
  for (const Index place : {0, 5, 20}) {
    Trial trial("softmax with NaN at {}", place);
    std::vector<Real> values = trial.random(3 * 21);
    values[std::size_t(21 + place)] = std::numeric_limits<Real>::quiet_NaN();
    const auto x = trial.input(values);
    const auto y = trial.output<Real>(3 * 21), log_y = trial.output<Real>(3 * 21);
    trial.compare(
        [&](Run& run) {
          run.kernels.softmax_forward(run.context, 3, 21, run[x], run[y]);
          run.kernels.log_softmax_forward(run.context, 3, 21, run[x], run[log_y]);
        },
        within(4 * 23, 4),
        [&](const Outcome& got) {
          for (std::size_t j = 21; j < 42; ++j) CHECK(std::isnan(got[y][j]));
        });
  }
}

TEST_CASE("cross-entropy: forward") {
  for (const auto& [rows, columns] : tables)
    for (const double offset : offsets) {
      Trial trial("cross_entropy_forward {}x{} around {}", rows, columns, offset);
      const auto x = trial.input(logits(trial, rows, columns, offset));
      const auto target = trial.input(trial.random_indices(rows, columns));
      const auto loss = trial.output<Real>(rows), probability = trial.output<Real>(rows * columns);
      trial.compare(
          [&, rows = rows, columns = columns](Run& run) {
            run.kernels.cross_entropy_forward(run.context, rows, columns, run[x], run[target], run[loss],
                                              run[probability]);
          },
          logarithms(columns, offset));
    }
}

TEST_CASE("cross-entropy: backward") {
  for (const auto& [rows, columns] : tables) {
    Trial trial("cross_entropy_backward {}x{}", rows, columns);
    const auto probability = trial.input(trial.random(rows * columns, 0, 1));
    const auto target = trial.input(trial.random_indices(rows, columns));
    const auto dloss = trial.input(trial.random(rows));
    const auto dlogits = trial.gradient(rows * columns);
    trial.compare(
        [&, rows = rows, columns = columns](Run& run) {
          run.kernels.cross_entropy_backward(run.context, rows, columns, run[probability], run[target],
                                             run[dloss], run[dlogits]);
        },
        within(2, 1));
  }
}

TEST_CASE("binary cross-entropy: forward, also for logits that saturate") {
  for (const Index n : {1, 7, 16, 17, 1031})
    for (const double size : {6.0, 600.0}) {
      Trial trial("binary_cross_entropy n={}, |logit| <= {}", n, size);
      std::vector<Real> targets = trial.random(n, 0, 1);
      for (std::size_t i = 0; i < targets.size(); i += 2) targets[i] = Real(i % 4 == 0);
      const auto logit = trial.input(trial.random(n, -size, size)), target = trial.input(targets);
      const auto loss = trial.output<Real>(n);
      trial.compare(
          [&](Run& run) {
            run.kernels.binary_cross_entropy_forward(run.context, n, run[logit], run[target], run[loss]);
          },
          within(3, size));
    }
}

TEST_CASE("binary cross-entropy: backward") {
  for (const Index n : {1, 7, 16, 17, 1031})
    for (const double size : {6.0, 600.0}) {
      Trial trial("binary_cross_entropy_backward n={}, |logit| <= {}", n, size);
      const auto logit = trial.input(trial.random(n, -size, size)),
                 target = trial.input(trial.random(n, 0, 1));
      const auto dloss = trial.input(trial.random(n));
      const auto dlogit = trial.gradient(n);
      trial.compare(
          [&](Run& run) {
            run.kernels.binary_cross_entropy_backward(run.context, n, run[logit], run[target], run[dloss],
                                                      run[dlogit]);
          },
          within(4, 1));
    }
}

TEST_CASE("triplet loss: hinge and soft margin, forward and backward, on shared pairs") {
  const std::vector<std::array<Index, 2>> sizes = {{3, 1}, {5, 17}, {16, 200}, {33, 1031}, {7, 0}};
  for (const auto& [n, count] : sizes)
    for (const bool soft : {false, true}) {
      Trial trial("triplet n={} count={} soft={}", n, count, soft);
      const TripletRule rule{
          .margin = Real(0.3), .ceiling = Real(0.5), .beta = Real(0.1), .soft_margin = soft};
      const auto triplets = trial.input(sorted_triplets(trial, n, count));
      const auto d = trial.input(trial.random(n * n, 0, 2));
      const auto loss = trial.output<Real>(count);
      const auto dloss = trial.input(trial.random(count));
      const auto dd = trial.gradient(n * n);
      trial.compare(
          [&, n = n, count = count](Run& run) {
            run.kernels.triplet_forward(run.context, rule, n, count, run[triplets], run[d], run[loss]);
            run.kernels.triplet_backward(run.context, rule, n, count, run[triplets], run[d], run[dloss],
                                         run[dd]);
          },
          within(4 * double(count / n + 4), 3));
    }
}

TEST_CASE("triplet loss: NaN in a distance reaches the loss") {
  for (const bool soft : {false, true}) {
    Trial trial("triplet with NaN, soft={}", soft);
    const TripletRule rule{.soft_margin = soft};
    const auto triplets = trial.input(std::vector<std::int32_t>{0, 1, 2, 1, 0, 2, 2, 1, 0});
    std::vector<Real> distances = trial.random(9, 0, 1);
    distances[1] = distances[2 * 3 + 0] = std::numeric_limits<Real>::quiet_NaN();
    const auto d = trial.input(distances);
    const auto loss = trial.output<Real>(3);
    trial.compare(
        [&](Run& run) {
          run.kernels.triplet_forward(run.context, rule, 3, 3, run[triplets], run[d], run[loss]);
        },
        within(8, 3),
        [&](const Outcome& got) {
          CHECK(std::isnan(got[loss][0]));
          CHECK(std::isfinite(got[loss][1]));
          CHECK(std::isnan(got[loss][2]));
        });
  }
}

TEST_CASE("active triplets: a distance at the margin, none that is active, NaN") {
  const std::vector<std::array<Index, 2>> sizes = {{3, 1},     {5, 17},    {16, 200},
                                                   {33, 1031}, {40, 5000}, {7, 0}};
  for (const auto& [n, count] : sizes)
    for (const double margin : {0.3, -3.0}) {
      Trial trial("active_triplets n={} count={} margin={}", n, count, margin);
      const auto triplets = trial.input(sorted_triplets(trial, n, count));
      std::vector<Real> distances = trial.random(n * n, 0, 2);
      distances[1] = std::numeric_limits<Real>::quiet_NaN();
      const auto d = trial.input(distances);
      const auto weight = trial.output<Real>(count);
      trial.compare(
          [&, n = n, count = count](Run& run) {
            run.kernels.active_triplets(run.context, margin, n, count, run[triplets], run[d], run[weight]);
          },
          exact());
    }
  Trial trial("active_triplets at the margin");
  const auto triplets = trial.input(std::vector<std::int32_t>{0, 1, 2, 1, 0, 2, 2, 1, 0});
  const auto d = trial.input(std::vector<Real>{0, 1, Real(1.5), 1, 0, Real(1.25), 0, 1, Real(1.5)});
  const auto weight = trial.output<Real>(3);
  trial.compare(
      [&](Run& run) {
        run.kernels.active_triplets(run.context, 0.5, 3, 3, run[triplets], run[d], run[weight]);
      },
      exact(),
      [&](const Outcome& got) {
        CHECK(got[weight] == std::vector<Real>{0, Real(0.5), Real(0.5)});
      });
}

// All triplets of images whose identities are i % identities.
static std::vector<std::int32_t> triplets_of(Index images, Index identities) {
  std::vector<std::int32_t> triplets;
  for (Index a = 0; a < images; ++a)
    for (Index p = 0; p < images; ++p)
      for (Index q = 0; q < images; ++q)
        if (p != a && p % identities == a % identities && q % identities != a % identities)
          for (const Index i : {a, p, q}) triplets.push_back(static_cast<std::int32_t>(i));
  return triplets;
}

TEST_CASE("chosen triplets: equal distances, NaN, several blocks of them") {
  const std::vector<std::array<Index, 2>> sizes = {{3, 2}, {5, 2}, {16, 5}, {12, 3}, {4, 4}};
  for (const auto& [n, identities] : sizes)
    for (const TripletChoice choice : {TripletChoice::hard, TripletChoice::semihard}) {
      const std::vector<std::int32_t> list = triplets_of(n, identities);
      const Index count = static_cast<Index>(list.size()) / 3;
      Trial trial("chosen_triplets n={} count={} choice={}", n, count, int(choice));
      const auto triplets = trial.input(list);
      std::vector<Real> distances = trial.random(n * n, 0, 2);
      for (std::size_t i = 0; i < distances.size(); i += 3) distances[i] = Real(1);
      distances[1] = std::numeric_limits<Real>::quiet_NaN();
      const auto d = trial.input(distances);
      const auto weight = trial.output<Real>(count);
      trial.compare(
          [&, n = n, choice = choice](Run& run) {
            run.kernels.chosen_triplets(run.context, choice, n, count, run[triplets], run[d], run[weight]);
          },
          exact());
    }
}
