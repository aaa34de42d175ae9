#include "datasets/synthetic/mesh.h"

#include <array>

#include "datasets/synthetic/texture.h"

namespace triptych::synthetic {

int Mesh::add_material(const Material& material) {
  materials.push_back(material);
  return static_cast<int>(materials.size()) - 1;
}

void Mesh::add_tube(std::span<const Ring> rings, const TubeStyle& style) {
  const auto first = static_cast<std::uint32_t>(vertices.size());
  const int n = style.segments;
  const std::uint32_t key = materials[static_cast<std::size_t>(style.material)].key + 11;
  for (const Ring& ring : rings)
    for (int j = 0; j <= n; ++j) {  // vertices at the seam (the back) exist twice: u = -0.5 and 0.5
      const float u = static_cast<float>(j) / static_cast<float>(n) - 0.5f;
      const float s = std::sin(2 * kPi * u), c = std::cos(2 * kPi * u);
      float radius = 1;
      if (style.square != 2)
        radius = std::pow(std::pow(std::abs(s), style.square) + std::pow(std::abs(c), style.square),
                          -1 / style.square);
      if (style.folds.depth > 0) {
        const float around = static_cast<float>(style.folds.around);
        const float crease =
            value_noise((u + 0.5f) * around, ring.v * style.folds.along, key, style.folds.around);
        radius *= 1 + style.folds.depth * (2 * crease - 1);
      }
      vertices.push_back({ring.centre + (ring.side * s + ring.front * c) * radius, {}, u, ring.v});
    }

  // side x axis points along front when the rings run upwards; where they run down, triangles turn the other
  // way.
  const Vec3 axis = rings.back().centre - rings.front().centre;
  const Ring& middle = rings[rings.size() / 2];
  const bool upward = dot(cross(middle.side, axis), middle.front) > 0;
  const auto row = static_cast<std::uint32_t>(n + 1);
  const auto add = [&](std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    if (!upward) std::swap(b, c);
    // Unnormalised: the weight of a triangle in the normals of its corners is its area.
    const Vec3 normal =
        cross(vertices[b].position - vertices[a].position, vertices[c].position - vertices[a].position);
    for (const std::uint32_t corner : {a, b, c}) vertices[corner].normal += normal;
    triangles.push_back({{a, b, c}, style.material});
  };
  for (std::uint32_t i = 0; i + 1 < rings.size(); ++i)
    for (std::uint32_t j = 0; j + 1 < row; ++j) {
      const std::uint32_t a = first + i * row + j;
      add(a, a + 1, a + row);
      add(a + 1, a + row + 1, a + row);
    }
  for (std::uint32_t i = 0; i < rings.size(); ++i) {  // both sides of the seam share one normal
    Vertex &left = vertices[first + i * row], &right = vertices[first + i * row + row - 1];
    left.normal = right.normal = left.normal + right.normal;
  }
  for (std::size_t k = first; k < vertices.size(); ++k) vertices[k].normal = unit(vertices[k].normal);
}

void Mesh::add_ellipsoid(Vec3 centre, Vec3 radii, const TubeStyle& style) {
  std::array<Ring, 9> rings;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    const float angle = kPi * (static_cast<float>(i) / (rings.size() - 1) - 0.5f);
    const float r = std::max(std::cos(angle), 0.02f), y = std::sin(angle);
    rings[i] = {centre + Vec3{0, radii.y * y, 0}, {radii.x * r, 0, 0}, {0, 0, radii.z * r}, radii.y * y};
  }
  add_tube(rings, style);
}

void Mesh::move(std::size_t first, float yaw, Vec3 place) {
  const float c = std::cos(yaw), s = std::sin(yaw);
  const auto turned = [&](Vec3 a) { return Vec3{c * a.x + s * a.z, a.y, c * a.z - s * a.x}; };
  for (std::size_t k = first; k < vertices.size(); ++k) {
    vertices[k].position = turned(vertices[k].position) + place;
    vertices[k].normal = turned(vertices[k].normal);
  }
}

}  // namespace triptych::synthetic
