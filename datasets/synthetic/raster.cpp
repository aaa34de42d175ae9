#include "datasets/synthetic/raster.h"

namespace triptych::synthetic {

void rasterise(const Mesh& mesh, const View& view, FrameBuffer& frame) {
  std::vector<Vec3> points;
  points.reserve(mesh.vertices.size());
  for (const Vertex& vertex : mesh.vertices) points.push_back(view.project(vertex.position));

  for (std::size_t t = 0; t < mesh.triangles.size(); ++t) {
    const auto& corner = mesh.triangles[t].corner;
    const Vec3 p = points[corner[0]], q = points[corner[1]], r = points[corner[2]];
    // Twice the signed area; y points down, so a triangle that faces the camera has a negative one.
    const float area = (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    if (!(area < -1e-9f)) continue;
    // Sample centres lie at +0.5. Clamped as floats: a far-off corner must not overflow an int.
    const auto pixel = [](float value, int size) {
      return static_cast<int>(std::clamp(value, 0.f, static_cast<float>(size)));
    };
    const int x_begin = pixel(std::ceil(std::min({p.x, q.x, r.x}) - 0.5f), frame.width);
    const int x_end = pixel(std::floor(std::max({p.x, q.x, r.x}) - 0.5f) + 1, frame.width);
    const int y_begin = pixel(std::ceil(std::min({p.y, q.y, r.y}) - 0.5f), frame.height);
    const int y_end = pixel(std::floor(std::max({p.y, q.y, r.y}) - 0.5f) + 1, frame.height);
    const float inverse = 1 / area;
    // Barycentric coordinates are linear over the picture: b(x, y) and c(x, y) by their gradients.
    const float b_x = (r.y - p.y) * inverse, b_y = -(r.x - p.x) * inverse;
    const float c_x = -(q.y - p.y) * inverse, c_y = (q.x - p.x) * inverse;
    for (int y = y_begin; y < y_end; ++y) {
      const float dy = static_cast<float>(y) + 0.5f - p.y;
      Fragment* row = &frame.fragments[static_cast<std::size_t>(y * frame.width)];
      for (int x = x_begin; x < x_end; ++x) {
        const float dx = static_cast<float>(x) + 0.5f - p.x;
        const float b = b_x * dx + b_y * dy, c = c_x * dx + c_y * dy;
        if (b < 0 || c < 0 || b + c > 1) continue;
        const float depth = p.z + b * (q.z - p.z) + c * (r.z - p.z);
        if (depth > row[x].depth) row[x] = {depth, static_cast<int>(t), b, c};
      }
    }
  }
}

}  // namespace triptych::synthetic
