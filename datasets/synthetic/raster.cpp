#include "datasets/synthetic/raster.h"

namespace triptych::synthetic {
namespace {

// A linear function that is 0 on one edge of a triangle and positive inside: its value at the first corner,
// and its gradient.
struct Edge {
  float at_corner, dx, dy;
};

// The samples of a row, as distances from the first corner, at which no edge function is negative.
struct Span {
  float begin, end;
};

Span inside(const Edge (&edges)[3], float y) {
  Span span{-1e9f, 1e9f};
  for (const Edge& edge : edges) {
    const float value = edge.at_corner + edge.dy * y;
    if (edge.dx > 0) span.begin = std::max(span.begin, -value / edge.dx);
    if (edge.dx < 0) span.end = std::min(span.end, -value / edge.dx);
    if (edge.dx == 0 && value < 0) span.end = -1e9f;
  }
  return span;
}

// Sample centres are at +0.5, so a range begins and ends at the rounded corner. Clamped as a float: a distant
// corner must not overflow an int.
int round_clamped(float value, int size) {
  return static_cast<int>(std::clamp(value + 0.5f, 0.f, static_cast<float>(size)));
}

}  // namespace

void rasterise(const Mesh& mesh, const View& view, FrameBuffer& frame) {
  std::vector<Vec3> points;
  points.reserve(mesh.vertices.size());
  for (const Vertex& vertex : mesh.vertices) points.push_back(view.project(vertex.position));

  for (std::size_t t = 0; t < mesh.triangles.size(); ++t) {
    const auto& corner = mesh.triangles[t].corner;
    const Vec3 p = points[corner[0]], pq = points[corner[1]] - p, pr = points[corner[2]] - p;
    // Twice the signed area; y points down, so a triangle that faces the camera has a negative one.
    const float area = pq.x * pr.y - pq.y * pr.x;
    if (!(area < -1e-9f)) continue;
    const float inverse = 1 / area;
    const Edge b{0, pr.y * inverse, -pr.x * inverse},
        c{0, -pq.y * inverse, pq.x * inverse};  // barycentric coordinates
    const Edge edges[3] = {b, c, {1, -b.dx - c.dx, -b.dy - c.dy}};
    const int y_begin = round_clamped(p.y + std::min({0.f, pq.y, pr.y}), frame.height);
    const int y_end = round_clamped(p.y + std::max({0.f, pq.y, pr.y}), frame.height);
    for (int y = y_begin; y < y_end; ++y) {
      const float dy = static_cast<float>(y) + 0.5f - p.y;
      const Span span = inside(edges, dy);
      const int x_begin = round_clamped(p.x + span.begin, frame.width),
                x_end = round_clamped(p.x + span.end, frame.width);
      Fragment* row = frame.fragments.data() + static_cast<std::size_t>(y * frame.width);
      for (int x = x_begin; x < x_end; ++x) {
        const float dx = static_cast<float>(x) + 0.5f - p.x;
        const float weight_q = b.dx * dx + b.dy * dy, weight_r = c.dx * dx + c.dy * dy;
        const float depth = p.z + weight_q * pq.z + weight_r * pr.z;
        if (depth > row[x].depth) row[x] = {depth, static_cast<int>(t), weight_q, weight_r};
      }
    }
  }
}

}  // namespace triptych::synthetic
