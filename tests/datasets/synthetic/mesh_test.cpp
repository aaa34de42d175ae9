#include "datasets/synthetic/mesh.h"

#include <doctest/doctest.h>

#include <array>

using namespace triptych::synthetic;

namespace {

std::array<Ring, 3> cylinder(Vec3 from, Vec3 to) {
  std::array<Ring, 3> rings;
  for (std::size_t i = 0; i < 3; ++i)
    rings[i] = {mix(from, to, static_cast<float>(i) / 2), {0.1f, 0, 0}, {0, 0, 0.1f}, static_cast<float>(i)};
  return rings;
}

}  // namespace

TEST_CASE("a tube turns its triangles and normals outward, whether its rings run up or down") {
  for (const float end : {1.f, -1.f}) {
    Mesh mesh;
    mesh.add_tube(cylinder({0, 0, 0}, {0, end, 0}), {mesh.add_material({}), 12, 2, {}});
    CHECK(mesh.triangles.size() == 2 * 12 * 2);
    for (const Vertex& vertex : mesh.vertices) {
      const Vec3 outward = unit({vertex.position.x, 0, vertex.position.z});
      CHECK(dot(outward, vertex.normal) > 0.99f);
      CHECK(length(vertex.normal) == doctest::Approx(1));
    }
    for (const Triangle& triangle : mesh.triangles) {
      const Vec3 a = mesh.vertices[triangle.corner[0]].position,
                 b = mesh.vertices[triangle.corner[1]].position,
                 c = mesh.vertices[triangle.corner[2]].position;
      CHECK(dot(cross(b - a, c - a), {a.x + b.x + c.x, 0, a.z + b.z + c.z}) > 0);
    }
  }
}

TEST_CASE("u counts turns from the front over the left, v comes from the ring") {
  Mesh mesh;
  mesh.add_tube(cylinder({0, 0, 0}, {0, 1, 0}), {mesh.add_material({}), 8, 2, {}});
  for (const Vertex& vertex : mesh.vertices) {
    CHECK(vertex.position.z == doctest::Approx(0.1f * std::cos(2 * kPi * vertex.u)).epsilon(1e-3));
    CHECK(vertex.position.x == doctest::Approx(0.1f * std::sin(2 * kPi * vertex.u)).epsilon(1e-3));
    CHECK(vertex.v == doctest::Approx(2 * vertex.position.y));
  }
}

TEST_CASE("a superellipse reaches further into its corners; folds stay within their depth") {
  Mesh round, square, folded;
  const auto rings = cylinder({0, 0, 0}, {0, 1, 0});
  round.add_tube(rings, {round.add_material({}), 8, 2, {}});
  square.add_tube(rings, {square.add_material({}), 8, 4, {}});
  folded.add_tube(rings, {folded.add_material({}), 8, 2, {0.2f, 5, 10}});
  const auto radius = [](const Mesh& mesh, std::size_t i) {
    return std::hypot(mesh.vertices[i].position.x, mesh.vertices[i].position.z);
  };
  CHECK(radius(square, 1) == doctest::Approx(0.1 * std::pow(2, 0.25)).epsilon(1e-3));  // at 45 degrees
  CHECK(radius(square, 0) == doctest::Approx(0.1).epsilon(1e-3));
  float spread = 0;
  for (std::size_t i = 0; i < folded.vertices.size(); ++i) {
    CHECK(std::abs(radius(folded, i) - 0.1f) <= 0.02001f);
    spread = std::max(spread, std::abs(radius(folded, i) - radius(round, i)));
  }
  CHECK(spread > 0.005f);
}

TEST_CASE("move turns what is in front (z) towards the right (x), then shifts it") {
  Mesh mesh;
  mesh.add_ellipsoid({0, 0, 1}, {0.1f, 0.2f, 0.3f}, {mesh.add_material({}), 8, 2, {}});
  mesh.move(0, kPi / 2, {5, 0, 0});
  for (const Vertex& vertex : mesh.vertices) {
    CHECK(std::abs(vertex.position.x - 6) <= 0.301f);
    CHECK(std::abs(vertex.position.z) <= 0.101f);
  }
}
