#include <cmath>

#include "exercises/test.h"

namespace triptych {

static std::vector<double> position(double row, Index width) {
  std::vector<double> p;
  for (Index k = 0; k < width; k += 2) {
    const double angle = row * std::pow(10000.0, -static_cast<double>(k) / static_cast<double>(width));
    p.push_back(std::sin(angle)), p.push_back(std::cos(angle));
  }
  return p;
}

static double score(const std::vector<double>& p, const std::vector<double>& m,
                    const std::vector<double>& q) {
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i)
    for (std::size_t j = 0; j < q.size(); ++j) sum += p[i] * m[i * q.size() + j] * q[j];
  return sum;
}

static double product(const std::vector<double>& p, const std::vector<double>& q) {
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) sum += p[i] * q[i];
  return sum;
}

TEST_CASE("8.2 row r scores the rows as row r - 1 would") {
  for (const Index width : {2, 8, 32}) {
    CAPTURE(width);
    const std::vector<double> m = row_above(width);
    REQUIRE(m.size() == static_cast<std::size_t>(width * width));
    for (const int r : {1, 2, 5, 12, 100})
      for (const int s : {0, 1, 4, 11, 99, 103}) {
        CAPTURE(r);
        CAPTURE(s);
        CHECK(score(position(r, width), m, position(s, width)) ==
              doctest::Approx(product(position(r - 1, width), position(s, width))).epsilon(1e-9).scale(1));
      }
  }
}

TEST_CASE("8.2 so the largest score of a row is that of the row above") {
  constexpr Index width = 32;
  const std::vector<double> m = row_above(width);
  for (int r = 1; r < 13; ++r) {
    int best = 0;
    for (int s = 1; s < 13; ++s)
      if (score(position(r, width), m, position(s, width)) >
          score(position(r, width), m, position(best, width)))
        best = s;
    CAPTURE(r);
    CHECK(best == r - 1);
  }
}

}  // namespace triptych
