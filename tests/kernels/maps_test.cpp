#include <doctest/doctest.h>

#include <cmath>

#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {
const std::vector<MapRule> map_rules = {
    {Map::exp},        {Map::log},       {Map::sqrt},     {Map::abs},
    {Map::power, 2.5}, {Map::power, -1}, {Map::power, 0}, {Map::clamp, Real(0.7), Real(1.2)}};
}

TEST_CASE("functions of single numbers, forward and backward") {
  for (const MapRule& rule : map_rules)
    for (const Index n : {1, 7, 16, 17, 70001}) {
      Trial trial("map {} ({}), n={}", int(rule.map), double(rule.a), n);
      const bool defined = rule.map == Map::exp || rule.map == Map::abs;  // for negative numbers
      const std::vector<Real> values = trial.random(n, defined ? -3 : 0.1, 3);
      const auto x = trial.input(values);
      const auto y = trial.output<Real>(n);
      trial.compare([&](Run& run) { run.kernels.map_forward(run.context, rule, n, run[x], run[y]); },
                    within(8, 21));

      Trial backward("map backward {} ({}), n={}", int(rule.map), double(rule.a), n);
      std::vector<Real> results(values.size());
      for (std::size_t i = 0; i < values.size(); ++i)
        results[i] = Real(rule.map == Map::exp ? std::exp(values[i]) : std::sqrt(std::abs(values[i])));
      const auto bx = backward.input(values), by = backward.input(results),
                 dy = backward.input(backward.random(n));
      const auto dx = backward.gradient(n);
      backward.compare(
          [&](Run& run) {
            run.kernels.map_backward(run.context, rule, n, run[bx], run[by], run[dy], run[dx]);
          },
          within(16, 105));
    }
}

TEST_CASE("copy_where takes what the mask chooses and leaves the rest") {
  struct Case {
    StridedShape shape;
    Index mask, x;
  };
  const std::vector<Case> cases = {{{{1, 1, 1, 70001}, {0, 0, 0, 1}, {0, 0, 0, 1}}, 70001, 70001},
                                   {{{2, 3, 5, 7}, {0, 0, 7, 1}, {105, 35, 7, 1}}, 35, 210},
                                   {{{2, 3, 5, 7}, {15, 5, 1, 0}, {0, 0, 0, 0}}, 30, 1}};
  for (const Case& c : cases)
    for (const bool wanted : {false, true})
      for (const bool accumulate : {false, true}) {
        Trial trial("copy_where {} of {}, wanted={}, accumulate={}", c.mask, c.x, wanted, accumulate);
        std::vector<std::uint8_t> chosen;
        for (const std::int32_t i : trial.random_indices(c.mask, 3))
          chosen.push_back(static_cast<std::uint8_t>(i));
        const auto mask = trial.input(chosen);
        const auto x = trial.input(trial.random(c.x));
        const auto y = trial.in_place(trial.random(c.shape.elements()));
        trial.compare(
            [&](Run& run) {
              run.kernels.copy_where(run.context, c.shape, wanted, accumulate, run[mask], run[x], run[y]);
            },
            relative(1));
      }
}

TEST_CASE("gather and its transpose, scatter_add") {
  for (const GatherShape& s : {GatherShape{1, 5, 7, 11}, GatherShape{3, 4, 1, 9}, GatherShape{2, 3, 33, 1},
                               GatherShape{1, 1, 17, 70}, GatherShape{2, 31, 16, 300}}) {
    Trial trial("gather [{}, {}, {}] at {}", s.outer, s.axis, s.inner, s.count);
    const std::vector<std::int32_t> places = trial.random_indices(s.count, s.axis);
    const auto index = trial.input(places);
    const auto x = trial.input(trial.random(s.outer * s.axis * s.inner));
    const auto y = trial.output<Real>(s.outer * s.count * s.inner);
    trial.compare([&](Run& run) { run.kernels.gather(run.context, s, run[index], run[x], run[y]); }, exact());

    std::vector<std::int32_t> order, start{0};
    for (Index row = 0; row < s.axis; ++row) {
      for (Index k = 0; k < s.count; ++k)
        if (places[static_cast<std::size_t>(k)] == row) order.push_back(static_cast<std::int32_t>(k));
      start.push_back(static_cast<std::int32_t>(order.size()));
    }
    Trial back("scatter_add [{}, {}, {}] at {}", s.outer, s.axis, s.inner, s.count);
    const auto positions = back.input(order), starts = back.input(start);
    const auto dy = back.input(back.random(s.outer * s.count * s.inner));
    const auto dx = back.gradient(s.outer * s.axis * s.inner);
    back.compare(
        [&](Run& run) {
          run.kernels.scatter_add(run.context, s, run[positions], run[starts], run[dy], run[dx]);
        },
        products(s.count));
  }
}

TEST_CASE("layer norm, forward and backward") {
  for (const auto& [height, width] : {std::pair<Index, Index>{1, 1}, {3, 5}, {7, 16}, {2, 33}, {300, 65}}) {
    const Index rows = height, columns = width;  // C++20 allows their capture; clang 14 does not
    Trial trial("layer_norm {} x {}", rows, columns);
    const auto x = trial.input(trial.random(rows * columns));
    const auto y = trial.output<Real>(rows * columns), scale = trial.output<Real>(rows);
    const auto forward = [&](Run& run) {
      run.kernels.layer_norm_forward(run.context, rows, columns, Real(1e-2), run[x], run[y], run[scale]);
    };
    trial.compare(forward, within(4.0 * double(columns) + 16, 10));
    const Outcome saved = trial.reference(forward);

    Trial back("layer_norm backward {} x {}", rows, columns);
    const auto by = back.input(saved[y]), bscale = back.input(saved[scale]);
    const auto dy = back.input(back.random(rows * columns));
    const auto dx = back.gradient(rows * columns);
    back.compare(
        [&](Run& run) {
          run.kernels.layer_norm_backward(run.context, rows, columns, run[by], run[bscale], run[dy], run[dx]);
        },
        within(4.0 * double(columns) + 16, 30));
  }
}
