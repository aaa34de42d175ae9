#include "exercises/test.h"

namespace triptych {

static const std::vector<double> image = {0,   10,  20,  //
                                          100, 110, 120};

TEST_CASE("4.2 at the centre of a pixel stands its value") {
  CHECK(bilinear(image, 2, 3, 0.5, 0.5) == 0);
  CHECK(bilinear(image, 2, 3, 2.5, 1.5) == 120);
}

TEST_CASE("4.2 between centres it is a plane here") {
  for (double u = 0.5; u <= 2.5; u += 0.125)
    for (double v = 0.5; v <= 1.5; v += 0.125) {
      CAPTURE(u);
      CAPTURE(v);
      CHECK(bilinear(image, 2, 3, u, v) == doctest::Approx(10 * (u - 0.5) + 100 * (v - 0.5)));
    }
}

TEST_CASE("4.2 rows and columns are weighted by themselves") {
  const std::vector<double> corner = {0, 0, 0, 16};
  CHECK(bilinear(corner, 2, 2, 1.25, 0.75) == doctest::Approx(0.75 * 0.25 * 16));
}

TEST_CASE("4.2 beyond the border the border goes on") {
  CHECK(bilinear(image, 2, 3, -7, 0.5) == 0);
  CHECK(bilinear(image, 2, 3, 0.1, 1.0) == doctest::Approx(50));
  CHECK(bilinear(image, 2, 3, 3.0, 99) == 120);
}

}  // namespace triptych
