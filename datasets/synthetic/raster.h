#pragma once
#include <vector>

#include "datasets/synthetic/mesh.h"

namespace triptych::synthetic {

// A camera far away: all rays are parallel (orthographic projection), as good as true for a person 20 m off.
struct View {
  Vec3 right{1, 0, 0}, up{0, 1, 0}, toward{0, 0, 1};  // unit axes of the image; `toward` points at the camera
  float scale = 1;                                    // samples a metre
  float x0 = 0, y0 = 0;                               // where the origin of the world lies, in samples

  // x to the right and y down in samples, z in metres towards the camera.
  Vec3 project(Vec3 p) const { return {x0 + scale * dot(p, right), y0 - scale * dot(p, up), dot(p, toward)}; }
};

// What one sample sees: which triangle, and where on it: a (1 - b - c) + b * second corner + c * third
// corner.
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

// Visibility by depth buffer: every sample keeps the nearest triangle over its centre. Triangles that turn
// their back are left out. Nothing is coloured here, so that hidden surfaces cost no shading.
void rasterise(const Mesh& mesh, const View& view, FrameBuffer& frame);

}  // namespace triptych::synthetic
