#include "engine/random.h"
#include "exercises/test.h"

namespace triptych {

static double distance(const Matrix2& m, const Vector2& v) {
  return m[0] * v[0] * v[0] + (m[1] + m[2]) * v[0] * v[1] + m[3] * v[1] * v[1];
}

TEST_CASE("6.2 covariances diag(1, 4) and diag(2, 4): only the first direction counts") {
  const std::vector<Vector2> same = {{1, 2}, {1, -2}, {-1, 2}, {-1, -2}};
  const double root = 1.4142135623730951;
  const std::vector<Vector2> different = {{root, 2}, {root, -2}, {-root, 2}, {-root, -2}};
  const Matrix2 m = kissme(same, different);
  CHECK(m[0] == doctest::Approx(0.5));
  CHECK(m[1] == doctest::Approx(0).scale(1));
  CHECK(m[2] == doctest::Approx(0).scale(1));
  CHECK(m[3] == doctest::Approx(0).scale(1));
}

TEST_CASE("6.2 a correlated covariance is inverted as a whole") {
  // S = {2, 1, 1, 2} with the inverse {2, -1, -1, 2} / 3; D = 3 I
  const double a = 1.7320508075688772;  // (1, 1) sqrt 3 and (1, -1): mean of v v^T = {2, 1, 1, 2}
  const std::vector<Vector2> same = {{a, a}, {1, -1}};
  const double b = 2.4494897427831781;
  const std::vector<Vector2> different = {{b, 0}, {0, b}};
  const Matrix2 m = kissme(same, different);
  CHECK(m[0] == doctest::Approx(1.0 / 3));
  CHECK(m[1] == doctest::Approx(-1.0 / 3));
  CHECK(m[2] == doctest::Approx(-1.0 / 3));
  CHECK(m[3] == doctest::Approx(1.0 / 3));
}

TEST_CASE("6.2 it finds who the plain distance confuses") {
  // The light moves everybody along the second axis; people differ along the first.
  Random random(6);
  std::vector<Vector2> same, different;
  for (int i = 0; i < 500; ++i) {
    const Vector2 noise = {0.1 * random.normal(), 3 * random.normal()};
    same.push_back(noise);
    different.push_back({noise[0] + random.normal(), noise[1]});
  }
  const Matrix2 m = kissme(same, different);
  CHECK(distance(m, {0.1, 3.0}) < distance(m, {1.0, 0.1}));
}

}  // namespace triptych
