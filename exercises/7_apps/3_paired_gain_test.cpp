#include "exercises/test.h"

namespace triptych {

TEST_CASE("7.3 splits that differ by 20 points, a gain of 2 on each: no doubt at all") {
  const std::vector<double> theirs = {40, 60, 50, 45}, ours = {42, 62, 52, 47};
  CHECK(paired(ours, theirs).mean == doctest::Approx(2));
  CHECK(paired(ours, theirs).standard_error == doctest::Approx(0).scale(1));
}

TEST_CASE("7.3 gains of 1, 2 and 3") {
  const std::vector<double> theirs = {10, 30, 20}, ours = {11, 32, 23};
  CHECK(paired(ours, theirs).mean == doctest::Approx(2));
  CHECK(paired(ours, theirs).standard_error == doctest::Approx(0.57735026918962573));  // 1 / sqrt(3)
  CHECK(paired(theirs, ours).mean == doctest::Approx(-2));
}

}  // namespace triptych
