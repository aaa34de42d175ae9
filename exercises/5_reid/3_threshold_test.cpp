#include "exercises/test.h"

namespace triptych {

using Labels = std::vector<std::uint8_t>;

TEST_CASE("5.3 one image: its own percentile, with interpolation") {
  const std::vector<double> map = {0.1, 0.2, 1.0};
  CHECK(discriminative(map, 1, 3, 50, 100) == Labels{0, 1, 1});  // H = 0.2
  CHECK(discriminative(map, 1, 3, 75, 100) == Labels{0, 0, 1});  // H = 0.6
  CHECK(discriminative(map, 1, 3, 0, 100) == Labels{1, 1, 1});
}

TEST_CASE("5.3 an image whose patches all tell keeps them, because of R") {
  const std::vector<double> map = {0.8, 0.9, 0.7, 0.95,  //
                                   0.1, 0.2, 0.3, 0.4};
  // H = 0.85 and 0.25; R = 0.55
  CHECK(discriminative(map, 2, 4, 50, 50) == Labels{1, 1, 1, 1, 0, 0, 1, 1});
}

TEST_CASE("5.3 an image in which nothing tells is not emptied, because of H") {
  const std::vector<double> map = {0.8, 0.9, 0.7, 0.95,  //
                                   0.1, 0.2, 0.3, 0.4};
  CHECK(discriminative(map, 2, 4, 100, 90) == Labels{0, 0, 0, 1, 0, 0, 0, 1});  // R = 0.915; H = 0.95 and 0.4
}

}  // namespace triptych
