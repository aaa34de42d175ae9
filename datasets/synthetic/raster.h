#pragma once
#include <vector>

#include "datasets/synthetic/mesh.h"

namespace triptych::synthetic {

// A distant camera: all rays are parallel (orthographic projection), a good approximation for a person at 20
// m.
struct View {
  Vec3 right{1, 0, 0}, up{0, 1, 0}, toward{0, 0, 1};  // unit axes of the image; `toward` points at the camera
  float scale = 1;                                    // samples per metre
  float x0 = 0, y0 = 0;                               // the origin of the world, in samples

  // x to the right and y down in samples, z in metres towards the camera.
  Vec3 project(Vec3 p) const { return {x0 + scale * dot(p, right), y0 - scale * dot(p, up), dot(p, toward)}; }
};

// The visible surface at one sample: the triangle, and the point on it: a (1 - b - c) + b * second corner + c
// * third corner.
struct Fragment {
  float depth = -1e30f;  // metres towards the camera
  int triangle = -1;     // -1: none
  float b = 0, c = 0;
};

struct FrameBuffer {
  int width, height;
  std::vector<Fragment> fragments;  // [height, width]
  FrameBuffer(int w, int h)
      : width(w), height(h), fragments(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}
  const Fragment& at(int x, int y) const { return fragments[static_cast<std::size_t>(y * width + x)]; }
};

// Visibility by depth buffer: every sample keeps the nearest triangle that covers its centre. Back faces are
// culled. Shading comes later, so that hidden surfaces cost none.
void rasterise(const Mesh& mesh, const View& view, FrameBuffer& frame);

}  // namespace triptych::synthetic
