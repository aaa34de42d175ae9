#include "reid/report/pca.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/error.h"

using namespace triptych;

TEST_CASE("the principal plane of a cross lies along its arms, the longer one first") {
  Device device = Device::open("cpu");
  // Four points around (5, 5, 5): 3 along z, 1 along x.
  const std::vector<Real> rows = {5, 5, 8, 5, 5, 2, 6, 5, 5, 4, 5, 5};
  const PrincipalPlane plane = principal_plane(device, rows, 4);
  CHECK(std::abs(plane.places[0]) == doctest::Approx(3));
  CHECK(plane.places[2] == doctest::Approx(-plane.places[0]));
  CHECK(plane.places[4] == doctest::Approx(0).epsilon(1e-5));
  CHECK(std::abs(plane.places[5]) == doctest::Approx(1));
  CHECK(plane.places[7] == doctest::Approx(-plane.places[5]));
  CHECK(plane.explained[0] == doctest::Approx(0.9));
  CHECK(plane.explained[1] == doctest::Approx(0.1));
}

TEST_CASE("points in one place have no direction, and one row is an error") {
  Device device = Device::open("cpu");
  const std::vector<Real> rows(6, 1);
  const PrincipalPlane plane = principal_plane(device, rows, 3);
  CHECK(plane.places == std::vector<double>(6, 0.0));
  CHECK(plane.explained[0] == 0);
  CHECK_THROWS_AS(principal_plane(device, rows, 1), Error);
}
