#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {

const std::vector<PatchMatchShape> patch_matches = {
    {1, 1, 1, 1, 1},      {2, 3, 5, 2, 7},     {5, 4, 13, 5, 128, 1},
    {3, 7, 26, 1, 33, 2}, {2, 2, 4, 3, 16, 0}, {3, 2, 3, 3, 17, 9},
};
std::string describe(const PatchMatchShape& s) {
  return fmt::format("{} x {}, grid {}x{}, {} channels, reach {}", s.queries, s.candidates, s.rows, s.columns,
                     s.channels, s.reach);
}
Index pairs(const PatchMatchShape& s) {
  return s.queries * s.patches() * s.candidates;
}

// Of the patches within reach: how far the winner's dot product is from the largest one, the largest over all
// pairs.
double worst_choice(const PatchMatchShape& s, const std::vector<Real>& x, const std::vector<Real>& y,
                    const std::vector<std::int32_t>& winner) {
  double worst = 0;
  for (Index at = 0; at < pairs(s); ++at) {
    const Index k = at % s.candidates, q = at / s.candidates, row = q % s.patches() / s.columns;
    double largest = -HUGE_VAL, chosen = -HUGE_VAL;
    for (Index p = 0; p < s.patches(); ++p) {
      if (std::abs(p / s.columns - row) > s.reach) continue;
      double dot = 0;
      for (Index ch = 0; ch < s.channels; ++ch)
        dot += double(x[std::size_t(q * s.channels + ch)]) *
               y[std::size_t((k * s.patches() + p) * s.channels + ch)];
      largest = std::max(largest, dot);
      if (p == winner[std::size_t(at)]) chosen = dot;
    }
    worst = std::max(worst, largest - chosen);  // infinite when the winner is out of reach
  }
  return worst;
}

}  // namespace

TEST_CASE("patch match: forward, the best patch within reach") {
  for (const PatchMatchShape& s : patch_matches) {
    Trial trial("patch_match_forward {}", describe(s));
    const std::vector<Real> queries = trial.random(s.queries * s.patches() * s.channels);
    const std::vector<Real> candidates = trial.random(s.candidates * s.patches() * s.channels);
    const auto x = trial.input(queries), y = trial.input(candidates);
    const auto similarity = trial.output<Real>(pairs(s));
    const auto winner = trial.choice<std::int32_t>(pairs(s));
    const double length = double(s.channels);
    trial.compare(
        [&](Run& run) {
          run.kernels.patch_match_forward(run.context, s, run[x], run[y], run[similarity], run[winner]);
        },
        within(4 * length, length),
        [&](const Outcome& got) {
          CHECK(worst_choice(s, queries, candidates, got[winner]) <= 2 * 4 * length * eps * length);
        });
  }
}

TEST_CASE("patch match: the first of equal patches wins") {
  const PatchMatchShape s{2, 3, 5, 4, 19, 1};
  Trial trial("patch_match_forward of equal patches");
  const auto x = trial.input(std::vector<Real>(std::size_t(2 * 20 * 19), Real(0.5)));
  const auto y = trial.input(std::vector<Real>(std::size_t(3 * 20 * 19), Real(-0.25)));
  const auto similarity = trial.output<Real>(pairs(s));
  const auto winner = trial.output<std::int32_t>(pairs(s));
  trial.compare(
      [&](Run& run) {
        run.kernels.patch_match_forward(run.context, s, run[x], run[y], run[similarity], run[winner]);
      },
      relative(1));  // sums of eighths are exact
}

TEST_CASE("patch match: NaN in a patch reaches every query patch that can see it") {
  const PatchMatchShape s{1, 2, 5, 2, 17, 1};
  Trial trial("patch_match_forward with NaN");
  std::vector<Real> candidates = trial.random(2 * 10 * 17);
  candidates[(10 + 3) * 17 + 16] = std::numeric_limits<Real>::quiet_NaN();
  const auto x = trial.input(trial.random(10 * 17)), y = trial.input(candidates);
  const auto similarity = trial.output<Real>(pairs(s));
  const auto winner = trial.choice<std::int32_t>(pairs(s));
  trial.compare(
      [&](Run& run) {
        run.kernels.patch_match_forward(run.context, s, run[x], run[y], run[similarity], run[winner]);
      },
      within(4 * 17, 17),
      [&](const Outcome& got) {
        Index count = 0;
        for (const Real value : got[similarity]) count += std::isnan(value);
        CHECK(count == 3 * 2);  // rows 0, 1, 2 of the grid
      });
}

TEST_CASE("patch match: backward") {
  for (const PatchMatchShape& s : patch_matches) {
    Trial trial("patch_match_backward {}", describe(s));
    const std::vector<Real> queries = trial.random(s.queries * s.patches() * s.channels);
    const std::vector<Real> candidates = trial.random(s.candidates * s.patches() * s.channels);
    std::vector<Real> similarity(static_cast<std::size_t>(pairs(s)));
    std::vector<std::int32_t> winners(similarity.size());
    Context context;
    reference::kernels.patch_match_forward(context, s, queries.data(), candidates.data(), similarity.data(),
                                           winners.data());
    const auto x = trial.input(queries), y = trial.input(candidates), g = trial.input(trial.random(pairs(s)));
    const auto winner = trial.input(winners);
    const auto dx = trial.gradient(x.size), dy = trial.gradient(y.size);
    const auto dx_alone = trial.gradient(x.size), dy_alone = trial.gradient(y.size);
    trial.compare(
        [&](Run& run) {
          const auto backward = run.kernels.patch_match_backward;
          backward(run.context, s, run[x], run[y], run[winner], run[g], run[dx], run[dy]);
          backward(run.context, s, run[x], run[y], run[winner], run[g], run[dx_alone], nullptr);
          backward(run.context, s, run[x], run[y], run[winner], run[g], nullptr, run[dy_alone]);
        },
        products(std::max(s.candidates, s.queries * s.patches())));
  }
}

TEST_CASE("smooth_grid: grids of every shape, sigma 0 copies, a constant stays constant") {
  const Index grids[][3] = {{1, 1, 1}, {3, 13, 5}, {2, 26, 1}, {1, 1, 7}, {5, 7, 16}};
  for (const auto& [batch, rows, columns] : grids)
    for (const Real sigma : {Real(0), Real(0.5), Real(1), Real(2.2)}) {
      Trial trial("smooth_grid {} {}x{} sigma={}", batch, rows, columns, sigma);
      const Index n = batch * rows * columns;
      const auto x = trial.input(trial.random(n)),
                 flat = trial.input(std::vector<Real>(std::size_t(n), Real(0.7)));
      const auto y = trial.output<Real>(n), y_flat = trial.output<Real>(n);
      trial.compare(
          [&, batch = batch, rows = rows, columns = columns](Run& run) {
            run.kernels.smooth_grid(run.context, batch, rows, columns, sigma, run[x], run[y]);
            run.kernels.smooth_grid(run.context, batch, rows, columns, sigma, run[flat], run[y_flat]);
          },
          products(rows * columns + 2),
          [&](const Outcome& got) {
            if (sigma == 0) CHECK(got[y] == got[x]);
            for (const Real value : got[y_flat]) CHECK(std::abs(double(value) - 0.7) <= 200 * eps);
          });
    }
}

TEST_CASE("threshold_rows: equal is in, NaN is out") {
  for (const Index columns : {1, 7, 16, 65, 130}) {
    Trial trial("threshold_rows, {} columns", columns);
    const Index rows = 5;
    std::vector<Real> values = trial.random(rows * columns), thresholds = trial.random(rows);
    values[std::size_t(columns)] = thresholds[1];
    values[std::size_t(3 * columns - 1)] = std::numeric_limits<Real>::quiet_NaN();
    const auto x = trial.input(values), threshold = trial.input(thresholds);
    const auto mask = trial.output<std::uint8_t>(rows * columns);
    trial.compare(
        [&](Run& run) {
          run.kernels.threshold_rows(run.context, rows, columns, run[x], run[threshold], run[mask]);
        },
        exact(),
        [&](const Outcome& got) {
          CHECK(got[mask][std::size_t(columns)] == 1);
          CHECK(got[mask][std::size_t(3 * columns - 1)] == 0);
        });
  }
}
