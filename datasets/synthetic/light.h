#pragma once
#include "datasets/synthetic/raster.h"

namespace triptych::synthetic {

// Daylight: a sun that casts shadows, a sky from above, and light reflected by the street from below.
struct Light {
  Vec3 to_sun{0, 1, 0};  // unit
  Colour sun, sky, bounce;
};

// Light reflected by a surface of albedo a and unit normal n (Lambert, with a Blinn-Phong highlight for
// gloss):
//   a (sun lit max(0, n . s) + open mix(bounce, sky, (1 + n_y) / 2))
// `lit` is the share of the sun that reaches the point, `open` the share of the sky that nearby objects leave
// visible.
Colour reflect(const Light& light, Colour albedo, float gloss, Vec3 normal, Vec3 to_camera, float lit,
               float open);

// The mesh as seen from the sun. A point is in shadow if another surface is nearer to the sun on the same
// ray.
class ShadowMap {
 public:
  ShadowMap(const Mesh& mesh, Vec3 to_sun);
  // 0 in shadow .. 1 in the sun. `reach` is the blur of the shadow's edge in metres, `bias` the depth
  // tolerance that keeps a surface from shadowing itself.
  float lit(Vec3 point, float reach, float bias) const;

 private:
  static constexpr int kSize = 160;  // samples per side: about 1.5 cm each
  View view_;
  std::vector<float> depth_;  // [kSize, kSize], metres towards the sun; -1e30 without a surface
};

}  // namespace triptych::synthetic
