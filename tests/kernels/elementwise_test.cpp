#include <doctest/doctest.h>

#include <limits>

#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {

const std::vector<Index> lengths = {0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 65, 1031, 70001};

// y [2, 5, 7, 19] from a and b of which some axes are repeated (stride 0), in the ways that networks use.
struct Broadcast {
  const char* name;
  StridedShape shape;
  Index a_size, b_size;
};
const std::vector<Broadcast> broadcasts = {
    {"same shape", {{2, 5, 7, 19}, {665, 133, 19, 1}, {665, 133, 19, 1}}, 1330, 1330},
    {"one row for all", {{2, 5, 7, 19}, {665, 133, 19, 1}, {0, 0, 0, 1}}, 1330, 19},
    {"a column each", {{1, 1, 70, 19}, {0, 0, 19, 1}, {0, 0, 1, 0}}, 1330, 70},
    {"a scalar", {{1, 1, 1, 1031}, {0, 0, 0, 1}, {0, 0, 0, 0}}, 1031, 1},
    {"an image's channels", {{3, 1, 12, 33}, {396, 0, 33, 1}, {33, 0, 0, 1}}, 1188, 99},
    {"column times row", {{1, 1, 37, 41}, {0, 0, 1, 0}, {0, 0, 0, 1}}, 37, 41},
    {"b transposed", {{1, 1, 17, 23}, {0, 0, 23, 1}, {0, 0, 1, 17}}, 391, 391},
    {"one element", {{1, 1, 1, 1}, {0, 0, 0, 0}, {0, 0, 0, 0}}, 1, 1},
};

}  // namespace

TEST_CASE("fill, add_scaled and scale") {
  for (const Index n : lengths) {
    Trial trial("add_scaled and scale, n={}", n);
    const auto x = trial.input(trial.random(n));
    const auto y = trial.in_place(trial.random(n)), z = trial.in_place(trial.random(n));
    const auto filled = trial.output<Real>(n);
    trial.compare(
        [&](Run& run) {
          run.kernels.add_scaled(run.context, n, Real(0.7), run[x], run[y]);
          run.kernels.scale(run.context, n, Real(0.3), run[z]);
          run.kernels.fill(run.context, n, Real(2.5), run[filled]);
        },
        products(2));
  }
}

TEST_CASE("scale by 0 clears, whatever was there") {
  Trial trial("scale by 0");
  std::vector<Real> values = trial.random(37);
  values[3] = values[36] = std::numeric_limits<Real>::quiet_NaN();
  values[17] = std::numeric_limits<Real>::infinity();
  const auto x = trial.in_place(values);
  trial.compare([&](Run& run) { run.kernels.scale(run.context, 37, 0, run[x]); }, exact());
}

TEST_CASE("binary: forward with broadcasting") {
  for (const Broadcast& c : broadcasts)
    for (const BinaryOp op : {BinaryOp::add, BinaryOp::multiply, BinaryOp::divide}) {
      Trial trial("binary {}, {}", c.name, int(op));
      const auto a = trial.input(trial.random(c.a_size)), b = trial.input(trial.random(c.b_size));
      const auto y = trial.output<Real>(c.shape.elements());
      trial.compare([&](Run& run) { run.kernels.binary(run.context, op, c.shape, run[a], run[b], run[y]); },
                    relative(1));
    }
}

TEST_CASE("binary: backward sums over what was repeated, for either operand") {
  for (const Broadcast& c : broadcasts)
    for (const bool multiplied : {false, true})
      for (const bool by_b : {false, true}) {
        Trial trial("binary_backward {}, multiplied={}, by b={}", c.name, multiplied, by_b);
        StridedShape shape = c.shape;  // `a` is the operand whose gradient is wanted
        if (by_b) std::swap(shape.a, shape.b);
        const Index wanted = by_b ? c.b_size : c.a_size, other_size = by_b ? c.a_size : c.b_size;
        const auto g = trial.input(trial.random(shape.elements()));
        const auto other = trial.input(trial.random(other_size));
        const auto da = trial.gradient(wanted);
        trial.compare(
            [&](Run& run) {
              run.kernels.binary_backward(run.context, shape, run[g], multiplied ? run[other] : nullptr,
                                          run[da]);
            },
            products(shape.elements() / wanted + 1));
      }
}

TEST_CASE("copy_strided: transpose, slice and concatenate, assigning and adding") {
  const std::vector<Broadcast> copies = {
      {"transpose", {{1, 1, 17, 23}, {0, 0, 1, 17}, {0, 0, 23, 1}}, 391, 391},
      {"transpose, more than one tile", {{1, 1, 70, 45}, {0, 0, 1, 70}, {0, 0, 45, 1}}, 3150, 3150},
      {"transposed rows of a wider array", {{1, 3, 9, 40}, {0, 400, 1, 10}, {0, 450, 50, 1}}, 1200, 1350},
      {"columns of a wider array", {{1, 1, 13, 7}, {0, 0, 20, 1}, {0, 0, 7, 1}}, 13 * 20, 91},
      {"into a wider array", {{1, 1, 13, 7}, {0, 0, 7, 1}, {0, 0, 20, 1}}, 91, 13 * 20},
      {"NHWC to NCHW", {{2, 33, 5, 7}, {1155, 1, 231, 33}, {1155, 35, 7, 1}}, 2310, 2310},
      {"time and batch exchanged", {{1, 6, 11, 19}, {0, 19, 114, 1}, {0, 209, 19, 1}}, 1254, 1254},
      {"contiguous", {{1, 1, 1, 1031}, {0, 0, 0, 1}, {0, 0, 0, 1}}, 1031, 1031},
      {"nothing", {{1, 1, 0, 5}, {0, 0, 5, 1}, {0, 0, 5, 1}}, 5, 5},
  };
  for (const Broadcast& c : copies)
    for (const bool accumulate : {false, true}) {
      Trial trial("copy_strided {}, accumulate={}", c.name, accumulate);
      const auto a = trial.input(trial.random(c.a_size));
      const auto b = trial.in_place(trial.random(c.b_size));
      trial.compare(
          [&](Run& run) { run.kernels.copy_strided(run.context, c.shape, accumulate, run[a], run[b]); },
          exact());
    }
}

TEST_CASE("clear: all arrays of a list, and nothing beside them") {
  Trial trial("clear");
  std::vector<Array<Real>> arrays;
  for (const Index n : {1, 0, 1023, 1024, 1025, 7, 5000}) {
    std::vector<Real> values = trial.random(n);
    if (n > 0) values[0] = std::numeric_limits<Real>::quiet_NaN();
    arrays.push_back(trial.in_place(values));
  }
  trial.compare(
      [&](Run& run) {
        std::vector<ArraySlice> list;
        for (const auto& array : arrays) list.push_back({run[array], array.size});
        run.kernels.clear_all(run.context, Index(list.size()), list.data());
        run.kernels.clear_all(run.context, 0, nullptr);
      },
      exact());
}

TEST_CASE("weighted sum: more terms than one launch takes, one array twice, a gradient that is not wanted") {
  for (const Index n : {1, 17, 1031})
    for (const Index count : {1, 3, 8, 9, 17}) {
      Trial trial("weighted_sum n={} count={}", n, count);
      const std::vector<Real> weights = trial.random(count);
      std::vector<Array<Real>> x, dx;
      for (Index i = 0; i < count; ++i)
        x.push_back(trial.input(trial.random(n))), dx.push_back(i == 1 ? none : trial.gradient(n));
      if (count > 2) dx[2] = dx[0];
      const auto y = trial.output<Real>(n);
      const auto dy = trial.input(trial.random(n));
      trial.compare(
          [&](Run& run) {
            std::vector<WeightedArray> terms;
            std::vector<Real*> gradients;
            for (std::size_t i = 0; i < x.size(); ++i) {
              terms.push_back({run[x[i]], weights[i]});
              gradients.push_back(run[dx[i]]);
            }
            run.kernels.weighted_sum_forward(run.context, count, terms.data(), n, run[y]);
            run.kernels.weighted_sum_backward(run.context, count, weights.data(), gradients.data(), n,
                                              run[dy]);
          },
          within(4, double(count + 1)));
    }
}
