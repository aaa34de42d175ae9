#include "datasets/synthetic/body.h"

#include <array>
#include <iterator>

namespace triptych::synthetic {
namespace {

struct Knot {
  float x, y;
};

// Smooth interpolation in a table with ascending x.
template <std::size_t n>
float table(const std::array<Knot, n>& knots, float x) {
  if (x <= knots.front().x) return knots.front().y;
  for (std::size_t i = 1; i < n; ++i)
    if (x <= knots[i].x) return mix(knots[i - 1].y, knots[i].y, smoothstep(knots[i - 1].x, knots[i].x, x));
  return knots.back().y;
}

// Fractions of the body height, after anthropometric tables.
constexpr std::array<Knot, 9> kTrunkWidth{{{0.46f, 0.090f},
                                           {0.52f, 0.098f},
                                           {0.61f, 0.083f},
                                           {0.72f, 0.102f},
                                           {0.785f, 0.110f},
                                           {0.812f, 0.090f},
                                           {0.832f, 0.062f},
                                           {0.848f, 0.038f},
                                           {0.87f, 0.030f}}};
constexpr std::array<Knot, 7> kTrunkDepth{{{0.46f, 0.064f},
                                           {0.52f, 0.070f},
                                           {0.61f, 0.060f},
                                           {0.71f, 0.069f},
                                           {0.79f, 0.056f},
                                           {0.83f, 0.046f},
                                           {0.86f, 0.034f}}};
constexpr std::array<Knot, 6> kLeg{
    {{0, 0.048f}, {0.2f, 0.046f}, {0.48f, 0.032f}, {0.66f, 0.033f}, {0.92f, 0.020f}, {1, 0.020f}}};
constexpr std::array<Knot, 5> kArm{
    {{0, 0.031f}, {0.25f, 0.028f}, {0.5f, 0.022f}, {0.65f, 0.023f}, {1, 0.015f}}};
// The outline of a skull from chin (-1) to crown (1), relative to its largest half-width.
constexpr std::array<Knot, 8> kSkull{{{-1, 0.10f},
                                      {-0.9f, 0.50f},
                                      {-0.6f, 0.76f},
                                      {-0.1f, 0.96f},
                                      {0.3f, 1},
                                      {0.7f, 0.82f},
                                      {0.9f, 0.50f},
                                      {1, 0.05f}}};

Material cloth(Colour colour, float gloss, std::uint32_t key) {
  Material material;
  material.cloth.base = colour;
  material.cloth.gloss = gloss;
  material.key = key;
  return material;
}

// A skull-shaped shell from v = from upwards, with half-axes `radii`.
void add_shell(const Figure& f, Vec3 centre, Vec3 radii, float from, const TubeStyle& style) {
  std::array<Ring, 14> rings;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    const float v = mix(from, 1, static_cast<float>(i) / (rings.size() - 1)), r = table(kSkull, v);
    const Vec3 side = rotate_y({radii.x * r, 0, 0}, f.skeleton.look),
               front = rotate_y({0, 0, radii.z * r}, f.skeleton.look);
    const Vec3 chin = rotate_y({0, 0, 0.2f * radii.z * std::max(0.f, -v)}, f.skeleton.look);
    rings[i] = {centre + Vec3{0, radii.y * v, 0} + chin, side, front, v};
  }
  f.mesh.add_tube(rings, style);
}

void add_hair(const Figure& f, Vec3 radii) {
  const Person& p = f.person;
  const float H = f.height();
  if (p.hair == Hair::bald) return;
  Material hair = cloth(p.hair_colour, 0.25f, p.key);
  hair.surface = Surface::hair;
  const int material = f.mesh.add_material(hair);
  const Vec3 back = rotate_y({0, 0, -1}, f.skeleton.look);
  const bool full = p.hair == Hair::bob || p.hair == Hair::loose;
  const Vec3 centre = f.skeleton.head + back * (full ? 0.013f * H : 0.012f * H) + Vec3{0, 0.007f * H, 0};
  add_shell(f, centre, radii * (full ? 1.19f : 1.09f), full ? -0.95f : -0.4f,
            {material, 16, 2, {0.06f, 9, 3}});
  const TubeStyle strand{material, 12, 2, {0.12f, 8, 4}};
  if (p.hair == Hair::loose || p.hair == Hair::ponytail) {
    const float wide = p.hair == Hair::loose ? 0.045f * H : 0.014f * H;
    const Vec3 root = f.skeleton.head + back * (p.hair == Hair::loose ? 0.030f * H : 0.055f * H);
    const Vec3 end = f.skeleton.trunk(0.77f) + back * (0.058f * H + 0.5f * p.ease);
    const Vec3 bend = mix(root, end, 0.45f) + back * (0.014f * H);
    const Vec3 side = rotate_y({1, 0, 0}, f.skeleton.look);
    std::array<Ring, 8> rings;
    for (std::size_t i = 0; i < rings.size(); ++i) {
      const float t = static_cast<float>(i) / (rings.size() - 1);
      const float r = std::sqrt(std::max(0.f, 1 - t * t * t * t)) * wide + 0.002f;
      rings[i] = {mix(mix(root, bend, t), mix(bend, end, t), t), side * r, back * (-0.5f * r), t * 0.3f};
    }
    f.mesh.add_tube(rings, strand);
  }
  if (p.hair == Hair::bun)
    f.mesh.add_ellipsoid(f.skeleton.head + back * (0.062f * H) + Vec3{0, 0.022f * H, 0},
                         Vec3{0.024f, 0.024f, 0.022f} * H, strand);
}

void add_hat(const Figure& f, Vec3 radii) {
  const Person& p = f.person;
  if (p.hat == Hat::none) return;
  const float H = f.height();
  const int material = f.mesh.add_material(cloth(p.hat_colour, 0.05f, p.key + 3));
  const Vec3 lift{0, 0.012f * H, 0}, back = rotate_y({0, 0, -0.006f * H}, f.skeleton.look);
  add_shell(f, f.skeleton.head + lift + back, radii * (p.hat == Hat::beanie ? 1.19f : 1.15f),
            p.hat == Hat::beanie ? -0.05f : 0.2f,
            {material, 16, 2, {p.hat == Hat::beanie ? 0.04f : 0.f, 8, 8}});
  if (p.hat == Hat::cap) {
    const Vec3 peak = f.skeleton.head + rotate_y({0, 0.018f * H, 0.062f * H}, f.skeleton.look);
    f.mesh.add_ellipsoid(peak, Vec3{0.036f, 0.005f, 0.036f} * H, {material, 12, 2, {}});
  }
}

void add_shoe(const Figure& f, const Leg& leg) {
  const float H = f.height();
  const Person& p = f.person;
  const int upper = f.plain(p.shoe_colour, 0.4f), sole = f.plain(p.sole_colour, 0.1f);
  const Vec3 side = unit(cross(Vec3{0, 1, 0}, leg.forward)), up = cross(leg.forward, side);
  // From heel to toe: distance along the foot, half-width, half-height, all in fractions of the body height.
  constexpr float kFoot[][3] = {{-0.040f, 0.004f, 0.006f}, {-0.036f, 0.018f, 0.022f},
                                {-0.015f, 0.021f, 0.029f}, {0.015f, 0.020f, 0.024f},
                                {0.055f, 0.026f, 0.016f},  {0.085f, 0.024f, 0.012f},
                                {0.103f, 0.015f, 0.008f},  {0.108f, 0.003f, 0.003f}};
  for (const bool is_sole : {false, true}) {
    std::array<Ring, std::size(kFoot)> rings;
    for (std::size_t i = 0; i < rings.size(); ++i) {
      const auto& [x, wide, tall] = kFoot[i];
      const float half = is_sole ? 0.007f * H : tall * H;
      const Vec3 floor = leg.ankle + leg.forward * (x * H) - up * (0.038f * H);
      rings[i] = {floor + up * (is_sole ? half : half + 0.006f * H),
                  side * (wide * H * (is_sole ? 1.06f : 1.f)), up * half, x * H};
    }
    f.mesh.add_tube(rings, {is_sole ? sole : upper, 10, 2.6f, {}});
  }
}

}  // namespace

int Figure::plain(Colour colour, float gloss) const {
  return mesh.add_material(cloth(colour, gloss, person.key + 17));
}

Girth trunk_girth(const Person& p, float h) {
  const float shape = mix(p.hips, p.shoulders, smoothstep(0.55f, 0.72f, h));
  const float girth = mix(p.girth, 1, smoothstep(0.78f, 0.84f, h));  // the neck varies less than the belly
  return {table(kTrunkWidth, h) * p.height * shape * mix(1, girth, 0.6f),
          table(kTrunkDepth, h) * p.height * girth};
}

float leg_radius(const Person& p, float t) {
  return table(kLeg, t) * p.height * mix(1, p.girth, 0.7f);
}
float arm_radius(const Person& p, float t) {
  return table(kArm, t) * p.height * mix(1, p.girth, 0.7f);
}

void add_head(const Figure& f) {
  const Person& p = f.person;
  const float H = f.height();
  const Vec3 head = f.skeleton.head, radii = Vec3{0.0435f, 0.066f, 0.055f} * H;
  const int skin = f.plain(p.skin, 0.1f);
  Material face = cloth(p.skin, 0.1f, p.key);
  face.surface = Surface::face;
  face.inner = mix(p.hair_colour, p.skin * 0.3f, 0.5f);
  add_shell(f, head, radii, -1, {f.mesh.add_material(face), 18, 2, {}});
  const Vec3 nose = head + rotate_y({0, -0.012f * H, 0.055f * H}, f.skeleton.look);
  f.mesh.add_ellipsoid(nose, Vec3{0.007f, 0.014f, 0.010f} * H, {skin, 8, 2, {}});
  for (const float side : {-1.f, 1.f}) {
    const Vec3 ear = head + rotate_y({side * 0.044f * H, -0.005f * H, -0.004f * H}, f.skeleton.look);
    f.mesh.add_ellipsoid(ear, Vec3{0.006f, 0.016f, 0.010f} * H, {skin, 8, 2, {}});
  }
  const Vec3 bottom = f.skeleton.trunk(0.80f), top = head + Vec3{0, -0.02f * H, -0.012f * H};
  add_limb(f.mesh, top, mix(bottom, top, 0.5f), bottom, 0.05f, 0.95f, 5, {skin, 12, 2, {}},
           [&](float t) { return mix(0.029f, 0.034f, t) * H; });
  add_hair(f, radii);
  add_hat(f, radii);
}

void add_limbs(const Figure& f) {
  const Person& p = f.person;
  const float H = f.height();
  const int skin = f.plain(p.skin, 0.1f), legs = f.plain(p.legs, 0.05f);
  for (const Arm& arm : f.skeleton.arm) {
    if (p.sleeve < 0.9f)
      add_limb(f.mesh, arm.shoulder, arm.elbow, arm.wrist, 0.2f, 1, 12, {skin, 10, 2, {}},
               [&](float t) { return arm_radius(p, t); });
    const Vec3 knuckles = mix(arm.wrist, arm.fingers, 0.5f);
    add_limb(f.mesh, arm.wrist, knuckles, arm.fingers, -0.1f, 1.05f, 7, {skin, 10, 2, {}}, [&](float t) {
      return H *
             (t < 0.4f ? mix(0.014f, 0.020f, clamp01(2.5f * t)) : mix(0.020f, 0.006f, (t - 0.4f) / 0.65f));
    });
  }
  const bool bare = p.lower == Lower::skirt || p.lower == Lower::shorts || p.upper == Upper::dress;
  for (const Leg& leg : f.skeleton.leg) {
    if (bare)
      add_limb(f.mesh, leg.hip, leg.knee, leg.ankle, 0.1f, 1.02f, 16, {legs, 12, 2, {}},
               [&](float t) { return leg_radius(p, t); });
    if (p.shoes == Shoes::boots && (bare || p.flare < 0.05f))
      add_limb(f.mesh, leg.hip, leg.knee, leg.ankle, 0.66f, 1.04f, 10,
               {f.plain(p.shoe_colour, 0.4f), 12, 2, {0.06f, 4, 14}},
               [&](float t) { return leg_radius(p, t) + 0.010f * H; });
    add_shoe(f, leg);
  }
}

}  // namespace triptych::synthetic
