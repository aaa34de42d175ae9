#include "datasets/synthetic/light.h"

namespace triptych::synthetic {

Colour reflect(const Light& light, Colour albedo, float gloss, Vec3 normal, Vec3 to_camera, float lit,
               float open) {
  const float direct = lit * std::max(0.f, dot(normal, light.to_sun));
  const Colour ambient = mix(light.bounce, light.sky, 0.5f + 0.5f * normal.y) * open;
  Colour out = albedo * (light.sun * direct + ambient);
  if (gloss > 0) {
    const float shine = std::max(0.f, dot(normal, unit(light.to_sun + to_camera)));
    const float shine4 = shine * shine * shine * shine, shine16 = shine4 * shine4 * shine4 * shine4;
    const float rim = 1 - std::max(0.f, dot(normal, to_camera));
    out += light.sun * (0.12f * gloss * lit * shine16) + light.sky * (0.08f * gloss * open * rim * rim);
  }
  return out;
}

ShadowMap::ShadowMap(const Mesh& mesh, Vec3 to_sun) {
  view_.toward = to_sun;
  view_.right = unit(cross(std::abs(to_sun.y) > 0.99f ? Vec3{0, 0, 1} : Vec3{0, 1, 0}, to_sun));
  view_.up = cross(to_sun, view_.right);
  float left = 1e9f, right = -1e9f, bottom = 1e9f, top = -1e9f;
  for (const Vertex& vertex : mesh.vertices) {
    const float x = dot(vertex.position, view_.right), y = dot(vertex.position, view_.up);
    left = std::min(left, x), right = std::max(right, x), bottom = std::min(bottom, y),
    top = std::max(top, y);
  }
  view_.scale = (kSize - 4) / std::max({right - left, top - bottom, 0.01f});
  view_.x0 = 2 - view_.scale * left;
  view_.y0 = 2 + view_.scale * top;
  FrameBuffer frame(kSize, kSize);
  rasterise(mesh, view_, frame);
  depth_.reserve(frame.fragments.size());
  for (const Fragment& fragment : frame.fragments) depth_.push_back(fragment.depth);
}

float ShadowMap::lit(Vec3 point, float reach, float bias) const {
  const Vec3 at = view_.project(point);
  const float step = reach * view_.scale;
  if (!(at.x > -step && at.y > -step && at.x < kSize + step && at.y < kSize + step)) return 1;
  constexpr float kTaps[5][2] = {{0, 0}, {-1, -0.4f}, {0.4f, -1}, {1, 0.4f}, {-0.4f, 1}};
  float open = 0;
  for (const auto& tap : kTaps) {  // beyond the border the empty border samples repeat
    const auto x = static_cast<int>(std::clamp(at.x + tap[0] * step, 0.f, kSize - 1.f));
    const auto y = static_cast<int>(std::clamp(at.y + tap[1] * step, 0.f, kSize - 1.f));
    open += depth_[static_cast<std::size_t>(y * kSize + x)] < at.z + bias ? 0.2f : 0.f;
  }
  return open;
}

}  // namespace triptych::synthetic
