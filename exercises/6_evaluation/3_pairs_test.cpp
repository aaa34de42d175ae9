#include "engine/random.h"
#include "exercises/test.h"

namespace triptych {

static Summed summed(const std::vector<Vector2>& rows) {
  Summed sums;
  for (const Vector2& x : rows) {
    sums.n += 1;
    for (int i = 0; i < 2; ++i) {
      sums.s[i] += x[i];
      for (int j = 0; j < 2; ++j) sums.gram[2 * i + j] += x[i] * x[j];
    }
  }
  return sums;
}

TEST_CASE("6.3 one image each") {
  CHECK(pairs_across(summed({{3, 5}}), summed({{1, 9}})) == Matrix2{4, -8, -8, 16});
}

TEST_CASE("6.3 the sum over every pair, as if each had been visited") {
  Random random(7);
  std::vector<Vector2> x(40), y(25);
  for (Vector2& v : x) v = {random.normal() + 2, random.normal()};
  for (Vector2& v : y) v = {random.normal(), 3 * random.normal() - 1};
  Matrix2 visited{};
  for (const Vector2& a : x)
    for (const Vector2& b : y)
      for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 2; ++j) visited[2 * i + j] += (a[i] - b[i]) * (a[j] - b[j]);
  const Matrix2 ours = pairs_across(summed(x), summed(y));
  for (int i = 0; i < 4; ++i) CHECK(ours[i] == doctest::Approx(visited[i]));
}

}  // namespace triptych
