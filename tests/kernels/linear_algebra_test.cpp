#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {

struct GemmCase {
  Index m, n, k;
  Transpose ta = Transpose::no, tb = Transpose::no;
  Real alpha = 1, beta = 0;
  Index gap = 0;  // elements between two rows that belong to neither
};

void compare_gemm(const GemmCase& g) {
  Trial trial("gemm {}x{}x{} ta={} tb={} alpha={} beta={} gap={}", g.m, g.n, g.k, int(g.ta), int(g.tb),
              g.alpha, g.beta, g.gap);
  const bool a_transposed = g.ta == Transpose::yes, b_transposed = g.tb == Transpose::yes;
  const Index lda = (a_transposed ? g.m : g.k) + g.gap, ldb = (b_transposed ? g.k : g.n) + g.gap,
              ldc = g.n + g.gap;
  const auto a = trial.input(trial.random((a_transposed ? g.k : g.m) * lda));
  const auto b = trial.input(trial.random((b_transposed ? g.n : g.k) * ldb));
  std::vector<Real> before = trial.random(g.m * ldc);
  for (Index i = 0; g.beta == 0 && i < g.m; ++i)  // then C is not read
    std::fill_n(before.begin() + i * ldc, g.n, std::numeric_limits<Real>::quiet_NaN());
  const auto c = trial.in_place(before);
  trial.compare(
      [&](Run& run) {
        run.kernels.gemm(run.context, g.ta, g.tb, g.m, g.n, g.k, g.alpha, run[a], lda, run[b], ldb, g.beta,
                         run[c], ldc);
      },
      products(g.k + 1));
}

constexpr Transpose both[] = {Transpose::no, Transpose::yes};

}  // namespace

TEST_CASE("gemm: every size around the tiles, in each dimension") {
  for (const Index size : odd_sizes) {
    compare_gemm({.m = size, .n = 33, .k = 17});
    compare_gemm({.m = 13, .n = size, .k = 17});
    compare_gemm({.m = 13, .n = 33, .k = size});
    compare_gemm({.m = size, .n = size, .k = size});
  }
}

TEST_CASE(
    "gemm: every number of registers behind the last panel, in one block of the depth and shared in "
    "several") {
  for (Index n = 5; n <= 150; n += 7) {
    compare_gemm({.m = 16, .n = n, .k = 40, .beta = 1});
    compare_gemm({.m = 17, .n = n, .k = 40, .tb = Transpose::yes});
    if (n > 70) compare_gemm({.m = 16, .n = n, .k = 1031, .alpha = 2, .beta = 1});
  }
}

TEST_CASE("gemm: transposes, alpha, beta and rows that are further apart") {
  for (const Transpose ta : both)
    for (const Transpose tb : both)
      for (const Index gap : {0, 5})
        for (const Real beta : {Real(0), Real(1), Real(0.5)}) {
          compare_gemm(
              {.m = 19, .n = 37, .k = 23, .ta = ta, .tb = tb, .alpha = Real(0.25), .beta = beta, .gap = gap});
          compare_gemm({.m = 49, .n = 17, .k = 3, .ta = ta, .tb = tb, .alpha = 1, .beta = beta, .gap = gap});
        }
}

TEST_CASE("gemm: one block of the depth, one less, one more, and several blocks") {
  for (const Transpose ta : both)
    for (const Transpose tb : both)
      for (const Index k : {255, 256, 257, 399, 400, 401, 511, 513, 1031})
        compare_gemm({.m = 7, .n = 18, .k = k, .ta = ta, .tb = tb});
}

TEST_CASE("gemm: tall, thin and flat") {
  for (const Transpose ta : both)
    for (const Transpose tb : both) {
      compare_gemm({.m = 1031, .n = 1, .k = 1, .ta = ta, .tb = tb});
      compare_gemm({.m = 1, .n = 1031, .k = 3, .ta = ta, .tb = tb});
      compare_gemm({.m = 1, .n = 1, .k = 2053, .ta = ta, .tb = tb});
      compare_gemm({.m = 521, .n = 3, .k = 75, .ta = ta, .tb = tb});
      compare_gemm({.m = 2, .n = 521, .k = 75, .ta = ta, .tb = tb, .beta = 1});
      compare_gemm({.m = 257, .n = 129, .k = 131, .ta = ta, .tb = tb});
    }
}

TEST_CASE(
    "gemm: a block of rows and a block of columns, one less and one more, with two blocks of the depth") {
  for (const Index m : {144, 145, 159, 160, 161}) compare_gemm({.m = m, .n = 33, .k = 259});
  for (const Index n : {513, 2047, 2049}) compare_gemm({.m = 7, .n = n, .k = 259, .beta = 1});
}

TEST_CASE("gemm: few rows and a long sum, where turning C is cheaper than turning B") {
  for (const Transpose ta : both)
    for (const Real beta : {Real(0), Real(1), Real(0.5)})
      compare_gemm(
          {.m = 5, .n = 67, .k = 261, .ta = ta, .tb = Transpose::yes, .alpha = 2, .beta = beta, .gap = 3});
}

TEST_CASE("gemm: numbers of A far apart, read by many columns, and more rows than a block has") {
  for (const Transpose ta : both) {
    compare_gemm({.m = 37, .n = 601, .k = 1024, .ta = ta});
    compare_gemm({.m = 521, .n = 259, .k = 64, .ta = ta, .beta = 1});
  }
}

TEST_CASE("gemm: one row and two, whose columns are more than are held at once") {
  for (const Index m : {1, 2})
    for (const Index k : {1, 4, 7})
      for (const Transpose ta : both)
        for (const Real beta : {Real(0), Real(1), Real(0.5)})
          compare_gemm({.m = m, .n = 1031, .k = k, .ta = ta, .alpha = Real(0.25), .beta = beta, .gap = 3});
}

TEST_CASE("gemm: so large that threads share it, with alpha and beta") {
  for (const Transpose ta : both)
    for (const Transpose tb : both) {
      compare_gemm(
          {.m = 200, .n = 190, .k = 300, .ta = ta, .tb = tb, .alpha = Real(0.25), .beta = Real(0.5)});
      // Factors that are no powers of two: whichever of the products is rounded, it has to be the same for
      // each number of threads.
      for (const Real beta : {Real(0), Real(1), Real(0.7)})
        compare_gemm({.m = 16, .n = 157, .k = 1031, .ta = ta, .tb = tb, .alpha = Real(0.3), .beta = beta});
      compare_gemm({.m = 2, .n = 2500, .k = 37, .ta = ta, .tb = tb, .alpha = Real(0.25), .beta = Real(0.5)});
    }
}

TEST_CASE("gemm: an empty sum leaves beta C, and an empty C is left alone") {
  compare_gemm({.m = 5, .n = 7, .k = 0, .beta = Real(0.5)});
  compare_gemm({.m = 5, .n = 7, .k = 0});
  compare_gemm({.m = 0, .n = 7, .k = 3});
  compare_gemm({.m = 5, .n = 0, .k = 3});
}

TEST_CASE("gemm: NaN in an input reaches its row and no other") {
  for (const Index n : {3, 40}) {
    Trial trial("gemm with NaN, n={}", n);
    const Index m = 15, k = 20;
    std::vector<Real> values = trial.random(m * k);
    values[7 * k + 11] = std::numeric_limits<Real>::quiet_NaN();
    const auto a = trial.input(values);
    const auto b = trial.input(trial.random(k * n));
    const auto c = trial.output<Real>(m * n);
    trial.compare(
        [&](Run& run) {
          run.kernels.gemm(run.context, Transpose::no, Transpose::no, m, n, k, 1, run[a], k, run[b], n, 0,
                           run[c], n);
        },
        products(k));
  }
}

TEST_CASE("pairwise distances: forward, relative to |x|^2 + |y|^2") {
  for (const auto& sizes :
       {std::array<Index, 3>{1, 1, 1}, {7, 5, 3}, {17, 33, 13}, {96, 96, 128}, {2, 61, 257}}) {
    const Index m = sizes[0], n = sizes[1], k = sizes[2];
    Trial trial("pairwise_distance_forward {} {} {}", m, n, k);
    const auto x = trial.input(trial.random(m * k));
    const auto y = trial.input(trial.random(n * k));
    const auto d = trial.output<Real>(m * n);
    trial.compare(
        [&](Run& run) {
          run.kernels.pairwise_distance_forward(run.context, m, n, k, run[x], run[y], run[d]);
        },
        within(4.0 * double(k + 2), 2.0 * double(k)));  // |x|^2 and |y|^2 are at most k
  }
}

TEST_CASE("pairwise distances: never negative, not even of a point with itself") {
  Trial trial("pairwise_distance_forward of x with x");
  const Index m = 31, k = 61;
  const auto x = trial.input(trial.random(m * k, 10, 11));
  const auto d = trial.output<Real>(m * m);
  trial.compare(
      [&](Run& run) { run.kernels.pairwise_distance_forward(run.context, m, m, k, run[x], run[x], run[d]); },
      within(4.0 * double(k + 2), 2.0 * 121 * double(k)),
      [&](const Outcome& got) {
        for (const Real value : got[d]) CHECK(value >= 0);
      });
}

TEST_CASE("pairwise distances: backward") {
  for (const auto& sizes :
       {std::array<Index, 3>{1, 1, 1}, {7, 5, 3}, {17, 33, 13}, {48, 49, 128}, {2, 61, 257}}) {
    const Index m = sizes[0], n = sizes[1], k = sizes[2];
    Trial trial("pairwise_distance_backward {} {} {}", m, n, k);
    const auto x = trial.input(trial.random(m * k));
    const auto y = trial.input(trial.random(n * k));
    const auto g = trial.input(trial.random(m * n));
    const auto dx = trial.gradient(m * k), dy = trial.gradient(n * k);
    // A sum of max(m, n) differences, each at most 2 |g| 2; may be computed as two sums that are subtracted.
    const double length = double(std::max(m, n) + 2);
    const auto call = [&](Run& run) {
      run.kernels.pairwise_distance_backward(run.context, m, n, k, run[x], run[y], run[g], run[dx], run[dy]);
    };
    trial.compare(call, within(4 * length, 4 * length));
  }
}

TEST_CASE(
    "pairwise distances: backward of x with itself, into one gradient; and with a gradient not wanted") {
  Trial trial("pairwise_distance_backward of x with x");
  const Index m = 19, k = 33;
  const auto x = trial.input(trial.random(m * k));
  const auto g = trial.input(trial.random(m * m));
  const auto dx = trial.gradient(m * k), alone = trial.gradient(m * k), other = trial.gradient(m * k);
  trial.compare(
      [&](Run& run) {
        const auto backward = run.kernels.pairwise_distance_backward;
        backward(run.context, m, m, k, run[x], run[x], run[g], run[dx], run[dx]);
        backward(run.context, m, m, k, run[x], run[x], run[g], run[alone], nullptr);
        backward(run.context, m, m, k, run[x], run[x], run[g], nullptr, run[other]);
      },
      within(8 * double(m), 8 * double(m)));
}

TEST_CASE("linear: every row begins with the bias") {
  for (const auto& sizes :
       {std::array<Index, 3>{1, 1, 1}, {7, 5, 3}, {65, 33, 13}, {130, 128, 64}, {3000, 1, 17}, {2, 61, 0}}) {
    const Index rows = sizes[0], out = sizes[1], in = sizes[2];
    Trial trial("linear_forward {} {} {}", rows, out, in);
    const auto x = trial.input(trial.random(rows * in)), w = trial.input(trial.random(in * out)),
               bias = trial.input(trial.random(out));
    const auto y = trial.output<Real>(rows * out);
    trial.compare(
        [&](Run& run) {
          run.kernels.linear_forward(run.context, rows, out, in, run[x], run[w], run[bias], run[y]);
        },
        products(in + 1));
  }
}
