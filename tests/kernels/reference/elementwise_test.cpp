#include <doctest/doctest.h>

#include <array>

#include "tests/kernels/reference/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("reference broadcasting: a row added to a matrix, and its gradient is the column sum") {
  const StridedShape s{{1, 1, 2, 3}, {0, 0, 3, 1}, {0, 0, 0, 1}};
  const Real a[] = {1, 2, 3, 4, 5, 6}, row[] = {10, 20, 30};
  std::array<Real, 6> y;
  Context context;
  k.binary(context, BinaryOp::add, s, a, row, y.data());
  CHECK(y == std::array<Real, 6>{11, 22, 33, 14, 25, 36});
  k.binary(context, BinaryOp::multiply, s, a, row, y.data());
  CHECK(y == std::array<Real, 6>{10, 40, 90, 40, 100, 180});

  const StridedShape back{{1, 1, 2, 3}, {0, 0, 0, 1}, {0, 0, 3, 1}};  // a: the row whose gradient is wanted
  const Real g[] = {1, 1, 1, 2, 2, 2};
  std::array<Real, 3> drow = {100, 100, 100};
  k.binary_backward(context, back, g, nullptr, drow.data());
  CHECK(drow == std::array<Real, 3>{103, 103, 103});
  k.binary_backward(context, back, g, a, drow.data());
  CHECK(drow == std::array<Real, 3>{103 + 1 + 8, 103 + 2 + 10, 103 + 3 + 12});
}

TEST_CASE("reference copy_strided: a transpose, assigned and added") {
  const StridedShape s{{1, 1, 2, 3}, {0, 0, 3, 1}, {0, 0, 1, 2}};
  const Real a[] = {1, 2, 3, 4, 5, 6};
  std::array<Real, 6> b;
  Context context;
  k.copy_strided(context, s, false, a, b.data());
  CHECK(b == std::array<Real, 6>{1, 4, 2, 5, 3, 6});
  k.copy_strided(context, s, true, a, b.data());
  CHECK(b == std::array<Real, 6>{2, 8, 4, 10, 6, 12});
}

TEST_CASE("reference scale: 0 clears even NaN") {
  Real x[] = {not_a_number, 3};
  Context context;
  k.scale(context, 2, 0, x);
  CHECK(x[0] == 0);
  CHECK(x[1] == 0);
}

TEST_CASE("reference weighted sum and clear, by hand") {
  const Real a[] = {1, 2}, b[] = {10, 20};
  const WeightedArray terms[] = {{a, 3}, {b, Real(0.5)}};
  std::array<Real, 2> y{}, da = {100, 100}, db = {1, 1};
  Context context;
  k.weighted_sum_forward(context, 2, terms, 2, y.data());
  CHECK(y == std::array<Real, 2>{8, 16});
  const Real weights[] = {3, Real(0.5)}, dy[] = {1, -2};
  Real* const gradients[] = {da.data(), db.data()};
  k.weighted_sum_backward(context, 2, weights, gradients, 2, dy);
  CHECK(da == std::array<Real, 2>{103, 94});
  CHECK(db == std::array<Real, 2>{Real(1.5), 0});
  const ArraySlice list[] = {{da.data(), 2}, {db.data(), 1}};
  k.clear_all(context, 2, list);
  CHECK(da == std::array<Real, 2>{0, 0});
  CHECK(db == std::array<Real, 2>{0, 0});
  db[1] = 5;
  k.clear_all(context, 2, list);
  CHECK(db[1] == 5);  // behind the end
}
