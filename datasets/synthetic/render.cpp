#include "datasets/synthetic/render.h"

#include <array>

namespace triptych::synthetic {
namespace {

constexpr Colour kBackdrop{0.22f, 0.22f, 0.22f};

// Ambient occlusion from the depth buffer alone: 1 where the surroundings of a pixel are no nearer to the
// camera than itself, darker where they are (the unsharp mask of Luft et al. 2006). It darkens the creases
// between arm and trunk, under a chin and between legs.
class Openness {
 public:
  Openness(const FrameBuffer& frame, int height, int width)
      : width_((width + kCell - 1) / kCell),
        height_((height + kCell - 1) / kCell),
        radius_(std::max(1, height / (42 * kCell))),
        sums_(static_cast<std::size_t>((height_ + 1) * (width_ + 1))) {
    for (int y = 0; y < height_; ++y) {
      Entry row;
      for (int x = 0; x < width_; ++x) {
        const Fragment& fragment = frame.at(x * kCell * kOversample, y * kCell * kOversample);
        if (fragment.triangle >= 0) row = {row.depth + fragment.depth, row.count + 1};
        const Entry above = sums_[index(y, x + 1)];
        sums_[index(y + 1, x + 1)] = {above.depth + row.depth, above.count + row.count};
      }
    }
  }

  // At pixel (y, x), which is `depth` metres towards the camera.
  float at(int y, int x, float depth) const {
    y /= kCell, x /= kCell;
    const int x0 = std::max(x - radius_, 0), x1 = std::min(x + radius_ + 1, width_);
    const int y0 = std::max(y - radius_, 0), y1 = std::min(y + radius_ + 1, height_);
    const Entry a = sums_[index(y0, x0)], b = sums_[index(y0, x1)], c = sums_[index(y1, x0)],
                d = sums_[index(y1, x1)];
    const float count = static_cast<float>(d.count - b.count - c.count + a.count);
    if (count < 1) return 1;
    const float nearer = static_cast<float>(d.depth - b.depth - c.depth + a.depth) / count - depth;
    return 1 - std::min(0.65f, 6 * std::max(0.f, nearer));
  }

 private:
  static constexpr int kCell = 2;  // pixels; a box of a dozen of them needs no finer grid
  struct Entry {
    double depth = 0;
    int count = 0;
  };
  std::size_t index(int y, int x) const { return static_cast<std::size_t>(y * (width_ + 1) + x); }
  int width_, height_, radius_;
  std::vector<Entry> sums_;  // summed-area table: a box of any size is four look-ups
};

class Renderer {
 public:
  Renderer(const Scene& scene, const Camera& camera, const View& view, int height, int width, float clutter)
      : scene_(scene),
        camera_(camera),
        view_(view),
        clutter_(clutter),
        frame_(width * kOversample, height * kOversample),
        shadows_(scene.mesh, camera.light.to_sun) {
    rasterise(scene.mesh, view, frame_);
  }

  std::vector<Colour> run(int height, int width) const {
    const Openness openness(frame_, height, width);
    std::vector<Colour> image;
    image.reserve(static_cast<std::size_t>(height * width));
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) image.push_back(pixel(openness, y, x));
    return image;
  }

 private:
  // Samples of one pixel on the same material share the shading of the first: edges are anti-aliased, flat
  // areas cheap.
  Colour pixel(const Openness& openness, int y, int x) const {
    constexpr int kSamples = kOversample * kOversample;
    if (empty(y, x)) return street(y, x);
    std::array<int, kSamples> seen{};  // materials; -1 is the street
    std::array<Colour, kSamples> colours;
    Colour sum;
    for (int s = 0; s < kSamples; ++s) {
      const Fragment& fragment =
          frame_.at(x * kOversample + s % kOversample, y * kOversample + s / kOversample);
      const auto k = static_cast<std::size_t>(s);
      seen[k] = fragment.triangle < 0
                    ? -1
                    : scene_.mesh.triangles[static_cast<std::size_t>(fragment.triangle)].material;
      std::size_t same = 0;
      while (seen[same] != seen[k]) ++same;
      if (same == k)
        colours[k] = seen[k] < 0 ? street(y, x) : surface(fragment, openness.at(y, x, fragment.depth));
      sum += colours[same];
    }
    return sum * (1.f / kSamples);
  }

  bool empty(int y, int x) const {
    int nearest = -1;
    for (int s = 0; s < kOversample * kOversample; ++s)
      nearest = std::max(
          nearest, frame_.at(x * kOversample + s % kOversample, y * kOversample + s / kOversample).triangle);
    return nearest < 0;
  }

  Colour surface(const Fragment& fragment, float open) const {
    const Triangle& triangle = scene_.mesh.triangles[static_cast<std::size_t>(fragment.triangle)];
    const Vertex &p = scene_.mesh.vertices[triangle.corner[0]], &q = scene_.mesh.vertices[triangle.corner[1]],
                 &r = scene_.mesh.vertices[triangle.corner[2]];
    const float a = 1 - fragment.b - fragment.c, b = fragment.b, c = fragment.c;
    const Vec3 normal = unit(p.normal * a + q.normal * b + r.normal * c);
    const Vec3 position = p.position * a + q.position * b + r.position * c;
    const Material& material = scene_.mesh.materials[static_cast<std::size_t>(triangle.material)];
    const Colour paint = albedo(material, a * p.u + b * q.u + c * r.u, a * p.v + b * q.v + c * r.v);
    const float lit = shadows_.lit(position + normal * 0.015f, 0.012f, 0.02f);
    return reflect(camera_.light, paint, material.cloth.gloss, normal, view_.toward, lit, open);
  }

  // The colour at the intersection of a pixel's ray with the ground (y = 0) or the wall, whichever comes
  // first.
  Colour street(int y, int x) const {
    if (clutter_ <= 0) return kBackdrop;
    const float sx = ((static_cast<float>(x) + 0.5f) * kOversample - view_.x0) / view_.scale;
    const float sy = (view_.y0 - (static_cast<float>(y) + 0.5f) * kOversample) / view_.scale;
    const Vec3 start = view_.right * sx + view_.up * sy;  // the ray: start + t toward
    const Light& light = camera_.light;
    float t = -start.y / view_.toward.y;
    Vec3 point = start + view_.toward * t;
    const float wall_z = camera_.street.wall_z - scene_.place.z;
    Colour seen;
    if (point.z < wall_z) {
      t = (wall_z - start.z) / view_.toward.z;
      point = start + view_.toward * t;
      const Colour paint = wall_albedo(camera_.street, point.x + scene_.place.x, point.y);
      const float corner = 0.7f + 0.3f * smoothstep(0, 0.5f, point.y);
      seen =
          reflect(light, paint, 0, {0, 0, 1}, view_.toward, shadows_.lit(point, 0.03f, 0.03f), 0.8f * corner);
    } else {
      const Colour paint = ground_albedo(camera_.street, point.x + scene_.place.x, point.z + scene_.place.z);
      // The body hides part of the sky.
      const float under = 1 - smoothstep(0, 0.5f, point.x * point.x + point.z * point.z);
      const float corner = 0.6f + 0.4f * smoothstep(0, 0.7f, point.z - wall_z);
      seen = reflect(light, paint, 0, {0, 1, 0}, view_.toward, shadows_.lit(point, 0.025f, 0.02f),
                     corner * (1 - 0.5f * under));
    }
    return mix(kBackdrop, seen, clutter_);
  }

  const Scene& scene_;
  const Camera& camera_;
  const View& view_;
  float clutter_;
  FrameBuffer frame_;
  ShadowMap shadows_;
};

}  // namespace

std::vector<Colour> render(const Scene& scene, const Camera& camera, const View& view, int height, int width,
                           float clutter) {
  return Renderer(scene, camera, view, height, width, clutter).run(height, width);
}

}  // namespace triptych::synthetic
