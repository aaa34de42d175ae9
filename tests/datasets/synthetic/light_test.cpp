#include "datasets/synthetic/light.h"

#include <doctest/doctest.h>

using namespace triptych::synthetic;

TEST_CASE("Lambert: a wall takes the cosine of the sun, its albedo and the open part of the sky") {
  Light light;
  light.to_sun = unit({0, 1, 1});
  light.sun = {2, 2, 2}, light.sky = {0.6f, 0.7f, 0.8f}, light.bounce = {0.2f, 0.3f, 0.4f};
  const Colour lit = reflect(light, {0.5f, 0.5f, 0.5f}, 0, {0, 1, 0}, {0, 0, 1}, 1, 1);
  CHECK(lit.x == doctest::Approx(0.5 * (2 * std::sqrt(0.5) + 0.6)));
  CHECK(lit.z == doctest::Approx(0.5 * (2 * std::sqrt(0.5) + 0.8)));
  const Colour away = reflect(light, {0.5f, 0.5f, 0.5f}, 0, {0, 0, -1}, {0, 0, 1}, 1, 0.5f);
  CHECK(away.x == doctest::Approx(0.5 * 0.5 * 0.4));  // half the sky, halfway between sky and bounce, no sun
}

TEST_CASE("a ball throws its shadow away from the sun") {
  Mesh mesh;
  mesh.add_ellipsoid({0, 1, 0}, {0.2f, 0.2f, 0.2f}, {mesh.add_material({}), 16, 2, {}});
  const ShadowMap shadows(mesh, unit({1, 1, 0}));  // the sun stands at the right, 45 degrees high
  CHECK(shadows.lit({-1, 0, 0}, 0.01f, 0.01f) == 0);
  CHECK(shadows.lit({1, 0, 0}, 0.01f, 0.01f) == 1);
  CHECK(shadows.lit({0, 0, 0}, 0.01f, 0.01f) == 1);
  CHECK(shadows.lit({0.5f, 1.5f, 0}, 0.01f, 0.01f) == 1);  // between the ball and the sun
  CHECK(shadows.lit({50, 0, 50}, 0.01f, 0.01f) == 1);
  const float edge = shadows.lit({-1, 0, 0.2f}, 0.06f, 0.01f);
  CHECK(edge > 0);
  CHECK(edge < 1);
}
