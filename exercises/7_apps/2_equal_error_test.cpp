#include "exercises/test.h"

namespace triptych {

TEST_CASE("7.2 two lists that do not overlap: no errors") {
  const Threshold t = equal_error_of({0.3, 0.1, 0.2}, {0.9, 0.8});
  CHECK(t.at == 0.3);
  CHECK(t.error == doctest::Approx(0));
}

TEST_CASE("7.2 one of four on the wrong side, each way") {
  const Threshold t = equal_error_of({0.1, 0.2, 0.3, 0.9}, {0.25, 0.6, 0.7, 0.8});
  CHECK(t.at == 0.3);
  CHECK(t.error == doctest::Approx(0.25));
}

TEST_CASE("7.2 every given distance may be the threshold, whichever list it is from") {
  const Threshold t = equal_error_of({0.1, 0.9}, {0.5, 0.6});
  CHECK(t.at == 0.5);  // half are missed and half confused
  CHECK(t.error == doctest::Approx(0.5));
}

TEST_CASE("7.2 a network that learnt nothing, and lists of different lengths") {
  CHECK(equal_error_of({1, 2, 3, 4}, {1, 2, 3, 4}).error == doctest::Approx(0.5));
  const Threshold t = equal_error_of({1, 4}, {2, 3, 5, 6, 7});
  CHECK(t.at == 4);  // at 3 half of the same are missed and two fifths of the others confused: not yet
  CHECK(t.error == doctest::Approx((0 + 0.4) / 2));
}

}  // namespace triptych
