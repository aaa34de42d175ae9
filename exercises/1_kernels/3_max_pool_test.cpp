#include <cmath>

#include "exercises/test.h"

namespace triptych {

TEST_CASE("1.3 the largest of each window, and where it was") {
  const std::vector<double> x = {1, 2, 9, 3,  //
                                 4, 3, 8, 7};
  const Pooled pooled = max_pool_2x2(2, 4, x);
  CHECK(pooled.y == std::vector<double>{4, 9});
  CHECK(pooled.winner == std::vector<int>{2, 0});
}

TEST_CASE("1.3 negative numbers, ties, and a rest that fills no window") {
  const std::vector<double> x = {-3, -2, 0,  //
                                 -2, -5, 0,  //
                                 0,  0,  0};
  const Pooled pooled = max_pool_2x2(3, 3, x);
  CHECK(pooled.y == std::vector<double>{-2});
  CHECK(pooled.winner == std::vector<int>{1});
}

TEST_CASE("1.3 a NaN comes through wherever it stands") {
  for (int k = 0; k < 4; ++k) {
    std::vector<double> x = {1, 2, 3, 4};
    x[k] = NAN;
    const Pooled pooled = max_pool_2x2(2, 2, x);
    CAPTURE(k);
    REQUIRE(pooled.y.size() == 1);
    CHECK(std::isnan(pooled.y[0]));
    CHECK(pooled.winner[0] == k);
  }
}

TEST_CASE("1.3 of several NaN the first is the winner") {
  const Pooled pooled = max_pool_2x2(2, 4,
                                     std::vector<double>{1, NAN, NAN, 5,  //
                                                         NAN, 2, NAN, NAN});
  CHECK(pooled.winner == std::vector<int>{1, 0});
}

TEST_CASE("1.3 backward adds to the winners alone") {
  std::vector<double> dx(3 * 5, 0.5);
  max_pool_2x2_backward(3, 5, {3, 1}, std::vector<double>{10, 20}, dx);
  CHECK(dx == std::vector<double>{0.5, 0.5, 0.5, 20.5, 0.5,  //
                                  0.5, 10.5, 0.5, 0.5, 0.5,  //
                                  0.5, 0.5, 0.5, 0.5, 0.5});
}

}  // namespace triptych
