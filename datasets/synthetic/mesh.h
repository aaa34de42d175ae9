#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "datasets/synthetic/material.h"

// Every solid object in an image is a tube: a sequence of ellipses, covered with triangles. A sleeve, a
// skirt, a head and a lamp post differ only in their ellipses.
namespace triptych::synthetic {

// The ellipse centre + side sin(2 pi u) + front cos(2 pi u); the lengths of side and front are its half-axes
// in metres.
struct Ring {
  Vec3 centre, side, front;
  float v;  // see Material
};

struct Folds {
  float depth = 0;   // of the creases, relative to the radius
  int around = 5;    // creases around the tube
  float along = 10;  // creases per metre
};

struct TubeStyle {
  int material = 0;
  int segments = 16;
  float square = 2;  // exponent of the superellipse: 2 an ellipse, 4 nearly a box
  Folds folds{};
};

struct Vertex {
  Vec3 position, normal;
  float u, v;
};

struct Triangle {
  std::uint32_t corner[3];  // counter-clockwise seen from outside
  int material;
};

struct Mesh {
  std::vector<Vertex> vertices;
  std::vector<Triangle> triangles;
  std::vector<Material> materials;

  int add_material(const Material& material);  // returns its index
  void add_tube(std::span<const Ring> rings, const TubeStyle& style);
  // Half-axes along x, y and z.
  void add_ellipsoid(Vec3 centre, Vec3 radii, const TubeStyle& style);
  // Rotates all vertices from `first` on by `yaw` about the vertical axis and moves them to `place`.
  void move(std::size_t first, float yaw, Vec3 place);
};

}  // namespace triptych::synthetic
