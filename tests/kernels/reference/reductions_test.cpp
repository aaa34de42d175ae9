#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

#include "tests/kernels/reference/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("reference reductions: the middle axis of [2, 3, 2]") {
  const Real x[] = {1,  10, 5,  30, 5,  20,  //
                    -1, 0,  -2, 0,  -3, 7};
  std::array<Real, 4> y;
  std::array<std::int32_t, 4> winner;
  Context context;
  k.sum_axis_forward(context, 2, 3, 2, Real(0.5), x, y.data());
  CHECK(y == std::array<Real, 4>{5.5, 30, -3, 3.5});
  k.max_axis_forward(context, 2, 3, 2, x, y.data(), winner.data());
  CHECK(y == std::array<Real, 4>{5, 30, -1, 7});
  CHECK(winner == std::array<std::int32_t, 4>{1, 1, 0, 2});
  const Real dy[] = {1, 2, 3, 4};
  std::array<Real, 12> dx = {};
  k.max_axis_backward(context, 2, 3, 2, winner.data(), dy, dx.data());
  CHECK(dx == std::array<Real, 12>{0, 0, 1, 2, 0, 0, 3, 0, 0, 0, 0, 4});
  k.sum_axis_backward(context, 2, 3, 2, 10, dy, dx.data());
  CHECK(dx == std::array<Real, 12>{10, 20, 11, 22, 10, 20, 33, 40, 30, 40, 30, 44});
  Real norm;
  k.squared_norm(context, 3, x, &norm);
  CHECK(norm == 1 + 100 + 25);
  const Real spoilt[] = {1, not_a_number, -std::numeric_limits<Real>::infinity(), 0};
  std::int32_t count;
  k.count_nonfinite(context, 4, spoilt, &count);
  CHECK(count == 2);
}

TEST_CASE("reference clip: 3, 4 and 12 have the norm 13, as large or small as they may be") {
  for (const double size : {1.0, 1e-30, 1e30}) {
    const Real s = Real(size);
    std::array<Real, 2> a = {3 * s, 4 * s}, square, unit;
    std::array<Real, 1> b = {-12 * s};
    const ArraySlice list[] = {{a.data(), 2}, {b.data(), 1}};
    Context context;
    k.clip(context, 20 * size, 2, list, square.data(), unit.data());
    CHECK(a[0] == 3 * s);
    CHECK(double(unit[0]) * std::sqrt(double(square[0])) / size == doctest::Approx(5));
    CHECK(double(unit[1]) * std::sqrt(double(square[1])) / size == doctest::Approx(12));
    CHECK(unit[0] == (size == 1 ? 1 : 4 * s));
    k.clip(context, 6.5 * size, 2, list, square.data(), unit.data());
    CHECK(double(a[1]) / size == doctest::Approx(2));
    CHECK(double(b[0]) / size == doctest::Approx(-6));
  }
}
