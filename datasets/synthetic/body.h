#pragma once
#include "datasets/synthetic/mesh.h"
#include "datasets/synthetic/pose.h"

// The parts of a figure, each made of a few tubes along the skeleton; scene.cpp combines them. All
// coordinates are the person's own: see Skeleton.
namespace triptych::synthetic {

struct Figure {
  Mesh& mesh;
  const Person& person;
  const Skeleton& skeleton;
  float height() const { return person.height; }
  // Adds a cloth material of one colour; returns its index.
  int plain(Colour colour, float gloss = 0) const;
};

struct Girth {
  float half_width, half_depth;  // metres
};

// The bare trunk at a height in fractions of the body height (0.46 crotch .. 0.86 neck).
Girth trunk_girth(const Person& person, float h);
// The radius of the bare leg, t = 0 at the hip, 0.5 at the knee, 1 at the ankle; metres.
float leg_radius(const Person& person, float t);
// The same for an arm, from the shoulder to the wrist.
float arm_radius(const Person& person, float t);

// A tube along a bent limb a-b-c from t = from to t = to (0 at a, 0.5 at b, 1 at c), with radius(t) in
// metres. v is 0 at a.
template <class Radius>
void add_limb(Mesh& mesh, Vec3 a, Vec3 b, Vec3 c, float from, float to, int rings, const TubeStyle& style,
              Radius radius);

// The outline of cloth at height h, in fractions of the body height: around the trunk above the crotch,
// around both legs below it, so that a coat or a skirt opens with the stride. `ease` is its distance from the
// body in metres; `flare` widens it downwards.
Ring garment_ring(const Figure& figure, float h, float ease, float flare);

void add_head(const Figure& figure);   // skull, face, ears, hair or hat, neck
void add_limbs(const Figure& figure);  // hands, forearms, legs and shoes, where clothes leave them bare
void add_lower(const Figure& figure);  // trousers, shorts or skirt
void add_upper(const Figure& figure);  // the garment of the trunk with sleeves, collar, hood, scarf, belt
void add_bag(const Figure& figure);

// -----------------------------------------------------------------------------------------------------------
namespace detail {
inline Vec3 along(Vec3 a, Vec3 b, Vec3 c, float t) {
  return t < 0.5f ? mix(a, b, 2 * t) : mix(b, c, 2 * t - 1);
}
}  // namespace detail

template <class Radius>
void add_limb(Mesh& mesh, Vec3 a, Vec3 b, Vec3 c, float from, float to, int rings, const TubeStyle& style,
              Radius radius) {
  // The mean of three points along the bones rounds the bend of the limb.
  constexpr float kRound = 0.07f;
  const auto centre = [&](float t) {
    return (detail::along(a, b, c, t - kRound) + detail::along(a, b, c, t) +
            detail::along(a, b, c, t + kRound)) *
           (1 / 3.f);
  };
  const float metres = length(b - a) + length(c - b);
  std::vector<Ring> path;
  path.reserve(static_cast<std::size_t>(rings));
  for (int i = 0; i < rings; ++i) {
    const float t = mix(from, to, static_cast<float>(i) / static_cast<float>(rings - 1));
    const Vec3 tangent = unit(centre(t + 0.02f) - centre(t - 0.02f));
    const Vec3 side =
        unit(Vec3{1, 0, 0} - tangent * tangent.x);  // limbs swing forward and back, never along x
    const float r = radius(t);
    path.push_back({centre(t), side * r, cross(tangent, side) * r, t * metres});
  }
  mesh.add_tube(path, style);
}

}  // namespace triptych::synthetic
