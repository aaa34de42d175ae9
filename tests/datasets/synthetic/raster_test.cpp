#include "datasets/synthetic/raster.h"

#include <doctest/doctest.h>

using namespace triptych::synthetic;

namespace {

// Two triangles make the rectangle x0..x1, y0..y1 (in samples, y down) at depth z.
void add_rectangle(Mesh& mesh, float x0, float y0, float x1, float y1, float z, bool facing = true) {
  const auto first = static_cast<std::uint32_t>(mesh.vertices.size());
  for (const Vec3 p : {Vec3{x0, -y1, z}, Vec3{x1, -y1, z}, Vec3{x1, -y0, z}, Vec3{x0, -y0, z}})
    mesh.vertices.push_back({p, {0, 0, 1}, 0, 0});
  for (auto [b, c] : {std::pair{1u, 2u}, std::pair{2u, 3u}}) {
    if (!facing) std::swap(b, c);
    mesh.triangles.push_back({{first, first + b, first + c}, 0});
  }
}

int covered(const FrameBuffer& frame) {
  int count = 0;
  for (const Fragment& fragment : frame.fragments) count += fragment.triangle >= 0;
  return count;
}

}  // namespace

TEST_CASE("a rectangle covers the samples whose centres lie in it, each once") {
  Mesh mesh;
  add_rectangle(mesh, 2.2f, 3.2f, 7.7f, 9.4f, 0);
  FrameBuffer frame(16, 12);
  rasterise(mesh, View{}, frame);
  CHECK(covered(frame) == 6 * 6);  // centres 2.5 .. 7.5 and 3.5 .. 8.5
  CHECK(frame.at(2, 3).triangle >= 0);
  CHECK(frame.at(1, 3).triangle == -1);
  CHECK(frame.at(7, 8).triangle >= 0);
  CHECK(frame.at(7, 9).triangle == -1);
}

TEST_CASE("the nearest wins in any order, and a back is not drawn") {
  for (const bool near_first : {true, false}) {
    Mesh mesh;
    add_rectangle(mesh, 0, 0, 8, 8, near_first ? 2.f : 1.f);
    add_rectangle(mesh, 0, 0, 8, 8, near_first ? 1.f : 2.f);
    add_rectangle(mesh, 0, 0, 8, 8, 3, false);
    FrameBuffer frame(8, 8);
    rasterise(mesh, View{}, frame);
    CHECK(covered(frame) == 64);
    for (const Fragment& fragment : frame.fragments) {
      CHECK(fragment.depth == 2);
      CHECK(fragment.triangle / 2 == (near_first ? 0 : 1));
    }
  }
}

TEST_CASE("a fragment's weights give back where it is") {
  Mesh mesh;
  mesh.vertices = {{{1, -9, 0}, {}, 0, 0}, {{11, -8, 1}, {}, 0, 0}, {{5, -1, 2}, {}, 0, 0}};
  mesh.triangles = {{{0, 1, 2}, 0}};
  FrameBuffer frame(12, 10);
  rasterise(mesh, View{}, frame);
  CHECK(std::abs(covered(frame) - 37) <= 4);  // half of |10 * 8 - 4 * 1| = 38
  for (int y = 0; y < frame.height; ++y)
    for (int x = 0; x < frame.width; ++x) {
      const Fragment& f = frame.at(x, y);
      if (f.triangle < 0) continue;
      const Vec3 p = mesh.vertices[0].position * (1 - f.b - f.c) + mesh.vertices[1].position * f.b +
                     mesh.vertices[2].position * f.c;
      CHECK(p.x == doctest::Approx(static_cast<float>(x) + 0.5f).epsilon(1e-4));
      CHECK(p.y == doctest::Approx(-static_cast<float>(y) - 0.5f).epsilon(1e-4));
      CHECK(p.z == doctest::Approx(f.depth).epsilon(1e-4));
    }
}

TEST_CASE("what lies outside the image is cut off, however far") {
  Mesh mesh;
  add_rectangle(mesh, -1e7f, -1e7f, 1e7f, 4, 0);
  FrameBuffer frame(9, 7);
  rasterise(mesh, View{}, frame);
  CHECK(covered(frame) == 9 * 4);
}
