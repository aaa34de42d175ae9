#include "reid/network/whitening.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/random.h"

using namespace triptych;

namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

}  // namespace

TEST_CASE("whitening: a covariance that can be inverted by hand") {
  // Four rows of one strip: C = [4 2; 2 2] = [2 0; 1 1] [2 0; 1 1]^T, so W = [1/2 0; -1/2 1].
  const std::vector<double> rows = {2, 2, -2, -2, 2, 0, -2, 0};
  const Whitening whitening = fit_whitening(rows, 1, 2, 0);
  REQUIRE(whitening.w.size() == 4);
  CHECK(static_cast<double>(whitening.w[0]) == doctest::Approx(0.5));
  CHECK(static_cast<double>(whitening.w[1]) == 0);
  CHECK(static_cast<double>(whitening.w[2]) == doctest::Approx(-0.5));
  CHECK(static_cast<double>(whitening.w[3]) == doctest::Approx(1));
  const std::vector<double> y = whitening.times(std::vector<double>{4, 3});
  CHECK(y[0] == doctest::Approx(2));
  CHECK(y[1] == doctest::Approx(1));
  const std::vector<double> back = whitening.transposed_times(std::vector<double>{4, 3});
  CHECK(back[0] == doctest::Approx(0.5));
  CHECK(back[1] == doctest::Approx(3));
}

TEST_CASE("whitening: what it was fitted on has covariance I in every strip, and strips do not mix") {
  constexpr std::size_t count = 60, strips = 3, width = 5, size = strips * width;
  Random random(3);
  std::vector<double> rows(count * size);
  for (std::size_t i = 0; i < rows.size();
       ++i)  // neighbours depend on each other, strips have scales of their own
    rows[i] = random.normal() * static_cast<double>(1 + i % size) + (i % size ? 0.7 * rows[i - 1] : 0);
  const Whitening whitening = fit_whitening(rows, strips, width, 0);
  std::vector<double> covariance(size * size);
  for (std::size_t row = 0; row < count; ++row) {
    const std::vector<double> y = whitening.times(std::span(rows).subspan(row * size, size));
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < size; ++j) covariance[i * size + j] += y[i] * y[j] / count;
  }
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j)
      if (i / width == j / width) CHECK(std::abs(covariance[i * size + j] - (i == j)) < 1e-4);
  // (W x) . y = x . (W^T y)
  const std::vector<double> x(rows.begin(), rows.begin() + size),
      y(rows.begin() + size, rows.begin() + 2 * size);
  CHECK(dot(whitening.times(x), y) == doctest::Approx(dot(x, whitening.transposed_times(y))));
  std::vector<double> one(size);
  one[width] = 1;  // of the second strip
  const std::vector<double> moved = whitening.times(one);
  for (std::size_t k = 0; k < size; ++k)
    if (k < width || k >= 2 * width) CHECK(moved[k] == 0);
}

TEST_CASE(
    "whitening: with fewer rows than directions the ridge carries it; a strip that never varies stays") {
  // One row and its opposite: C = x x^T has one direction, |x|^2 = 25, trace C / D = 12.5.
  const std::vector<double> rows = {3, 4, 0, 0, -3, -4, 0, 0};
  const Whitening whitening = fit_whitening(rows, 2, 2, 0.1);
  const std::vector<double> along = whitening.times(std::vector<double>{3, 4, 5, 6}),
                            across = whitening.times(std::vector<double>{4, -3, 0, 0});
  CHECK(along[0] * along[0] + along[1] * along[1] == doctest::Approx(25 / (25 + 1.25)));
  CHECK(dot(across, across) == doctest::Approx(25 / 1.25));
  CHECK(along[2] == doctest::Approx(5));
  CHECK(along[3] == doctest::Approx(6));
}
