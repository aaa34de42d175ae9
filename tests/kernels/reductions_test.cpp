#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {
// outer, axis, inner
const std::vector<std::array<Index, 3>> reductions = {{1, 1, 1},     {1, 1031, 1}, {1031, 1, 1}, {7, 33, 1},
                                                      {1, 7, 33},    {5, 17, 19},  {96, 13, 5},  {2, 257, 3},
                                                      {1, 70001, 1}, {3, 1, 17},   {1, 5000, 16}};
}  // namespace

TEST_CASE("sum over an axis: forward and backward") {
  for (const auto& [outer, axis, inner] : reductions) {
    Trial trial("sum_axis [{} {} {}]", outer, axis, inner);
    const Index n = outer * axis * inner;
    const auto x = trial.input(trial.random(n));
    const auto y = trial.output<Real>(outer * inner);
    const auto dy = trial.input(trial.random(outer * inner));
    const auto dx = trial.gradient(n);
    const Real scale = Real(0.3);
    trial.compare(
        [&, outer = outer, axis = axis, inner = inner](Run& run) {
          run.kernels.sum_axis_forward(run.context, outer, axis, inner, scale, run[x], run[y]);
          run.kernels.sum_axis_backward(run.context, outer, axis, inner, scale, run[dy], run[dx]);
        },
        products(axis + 1));
  }
}

TEST_CASE("maximum over an axis: forward and backward, with ties") {
  for (const auto& [outer, axis, inner] : reductions)
    for (const bool ties : {false, true}) {
      Trial trial("max_axis [{} {} {}] ties={}", outer, axis, inner, ties);
      const Index n = outer * axis * inner;
      std::vector<Real> values = trial.random(n);
      if (ties)
        for (Real& value : values) value = Real(int(value * 3));
      const auto x = trial.input(values);
      const auto y = trial.output<Real>(outer * inner);
      const auto winner = trial.output<std::int32_t>(outer * inner);
      const auto dy = trial.input(trial.random(outer * inner));
      const auto dx = trial.gradient(n);
      trial.compare(
          [&, outer = outer, axis = axis, inner = inner](Run& run) {
            run.kernels.max_axis_forward(run.context, outer, axis, inner, run[x], run[y], run[winner]);
            run.kernels.max_axis_backward(run.context, outer, axis, inner, run[winner], run[dy], run[dx]);
          },
          relative(1));
    }
}

TEST_CASE("maximum over an axis: NaN wins") {
  for (const Index inner : {1, 19})
    for (const Index place : {0, 7, 22}) {
      Trial trial("max_axis_forward with NaN at {}, inner {}", place, inner);
      std::vector<Real> values = trial.random(2 * 23 * inner);
      values[std::size_t((23 + place) * inner)] = std::numeric_limits<Real>::quiet_NaN();
      const auto x = trial.input(values);
      const auto y = trial.output<Real>(2 * inner);
      const auto winner = trial.choice<std::int32_t>(2 * inner);
      trial.compare(
          [&](Run& run) {
            run.kernels.max_axis_forward(run.context, 2, 23, inner, run[x], run[y], run[winner]);
          },
          exact());
    }
}

TEST_CASE("squared norm and the count of numbers that are not finite") {
  for (const Index n : {0, 1, 2, 7, 16, 17, 255, 256, 257, 1031, 65536, 70001}) {
    Trial trial("squared_norm and count_nonfinite, n={}", n);
    const std::vector<Real> values = trial.random(n);
    std::vector<Real> spoilt = values;
    for (std::size_t i = 0; i < spoilt.size(); i += 13)
      spoilt[i] = i % 2 ? std::numeric_limits<Real>::quiet_NaN() : -std::numeric_limits<Real>::infinity();
    const auto x = trial.input(values), bad = trial.input(spoilt);
    const auto norm = trial.output<Real>(1);
    const auto none_bad = trial.output<std::int32_t>(1), some_bad = trial.output<std::int32_t>(1);
    trial.compare(
        [&](Run& run) {
          run.kernels.squared_norm(run.context, n, run[x], run[norm]);
          run.kernels.count_nonfinite(run.context, n, run[x], run[none_bad]);
          run.kernels.count_nonfinite(run.context, n, run[bad], run[some_bad]);
        },
        products(n),
        [&](const Outcome& got) {
          CHECK(got[none_bad][0] == 0);
          CHECK(got[some_bad][0] == (n + 12) / 13);
        });
  }
}

// The norm of each array and of all together; where squares overflow or vanish a device may choose its unit.
TEST_CASE("clip: norms of a list of arrays, which are scaled when the norm of all is too large") {
  for (const double size : {1.0, 1e-25, 1e25})
    for (const double largest : {1e30, 0.5, 1e-26}) {
      Trial trial("clip size={} largest={}", size, largest);
      std::vector<Array<Real>> arrays;
      for (const Index n : {3, 1, 0, 1024, 5000, 1025})
        arrays.push_back(trial.in_place(trial.random(n, -size, size)));
      arrays.push_back(trial.in_place(std::vector<Real>(7, Real(0))));
      const Index count = Index(arrays.size());
      const auto square = trial.choice<Real>(count), unit = trial.choice<Real>(count);
      const auto call = [&](Run& run) {
        std::vector<ArraySlice> list;
        for (const auto& array : arrays) list.push_back({run[array], array.size});
        run.kernels.clip(run.context, largest, count, list.data(), run[square], run[unit]);
      };
      const Outcome reference = trial.reference(call);
      trial.compare(call, relative(16), [&](const Outcome& got) {
        for (std::size_t i = 0; i < arrays.size(); ++i) {
          const auto norm = [&](const Outcome& of) {
            return double(of[unit][i]) * std::sqrt(double(of[square][i]));
          };
          CHECK(std::abs(norm(got) - norm(reference)) <= 1e-5 * norm(reference));
          CHECK((norm(got) > 0) == (i != 2 && i + 1 != arrays.size()));
        }
      });
    }
}

TEST_CASE("clip: a NaN or an infinity among the elements shows in the norm") {
  for (const Real bad : {std::numeric_limits<Real>::quiet_NaN(), std::numeric_limits<Real>::infinity()}) {
    Trial trial("clip with {}", bad);
    std::vector<Real> values = trial.random(2000);
    values[1500] = bad;
    const auto x = trial.in_place(values), y = trial.in_place(trial.random(5));
    const auto square = trial.choice<Real>(2), unit = trial.choice<Real>(2);
    trial.compare(
        [&](Run& run) {
          const ArraySlice list[] = {{run[x], 2000}, {run[y], 5}};
          run.kernels.clip(run.context, std::numeric_limits<double>::infinity(), 2, list, run[square],
                           run[unit]);
        },
        exact(),
        [&](const Outcome& got) {
          CHECK(!std::isfinite(got[square][0] * got[unit][0]));
          CHECK(std::isnan(got[square][0]) == std::isnan(bad));
          CHECK(std::isfinite(got[square][1]));
        });
  }
}
