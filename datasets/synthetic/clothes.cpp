#include <array>

#include "datasets/synthetic/body.h"

namespace triptych::synthetic {
namespace {

void add_loft(const Figure& f, float from, float to, float ease, float flare, const TubeStyle& style) {
  const int count = std::max(6, static_cast<int>((to - from) / 0.018f));
  std::vector<Ring> rings;
  for (int i = 0; i < count; ++i) {
    const float h = mix(from, to, static_cast<float>(i) / static_cast<float>(count - 1));
    const float closer = smoothstep(0.86f, 0.81f, h);  // the collar touches the neck
    rings.push_back(garment_ring(f, h, mix(0.006f, ease, closer), flare));
  }
  f.mesh.add_tube(rings, style);
}

// A band around neck or waist: a short wide ring of cloth.
void add_band(const Figure& f, float from, float to, float ease, int material, Folds folds) {
  std::array<Ring, 5> rings;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    const float t = static_cast<float>(i) / (rings.size() - 1);
    rings[i] = garment_ring(f, mix(from, to, t), ease * std::sin(kPi * mix(0.15f, 0.85f, t)), 0);
  }
  f.mesh.add_tube(rings, {material, 16, 2, folds});
}

void add_sleeves(const Figure& f) {
  const Person& p = f.person;
  Material cloth;
  cloth.cloth = p.upper_cloth;
  cloth.cloth.base = p.sleeve_colour;
  if (cloth.cloth.pattern == Pattern::two_tone || cloth.cloth.pattern == Pattern::logo)
    cloth.cloth.pattern = Pattern::plain;
  cloth.around = 0.4f;
  cloth.key = p.key + 21;
  const int material = f.mesh.add_material(cloth);
  for (const Arm& arm : f.skeleton.arm)
    add_limb(f.mesh, arm.shoulder, arm.elbow, arm.wrist, -0.07f, p.sleeve, 20,
             {material, 14, 2, {0.13f, 4, 17}}, [&](float t) {
               const float dome = std::sqrt(clamp01((t + 0.075f) / 0.11f));  // the rounding of the shoulder
               return (arm_radius(p, std::max(t, 0.f)) + 0.7f * p.ease + 0.004f) * dome;
             });
}

void add_trouser_legs(const Figure& f, int material, float end, float roomy) {
  const Person& p = f.person;
  for (const Leg& leg : f.skeleton.leg)
    add_limb(f.mesh, leg.hip, leg.knee, leg.ankle, -0.04f, end, 24, {material, 14, 2, {0.08f, 4, 9}},
             [&](float t) {
               const float skin = leg_radius(p, t) + 0.006f;
               const float straight = mix(0.050f, 0.033f, smoothstep(0, 0.6f, t)) * p.height;
               const float cut = clamp01(0.45f + 1.2f * p.flare) * roomy;
               return std::max(skin,
                               mix(skin, straight, cut) * (1 + 0.35f * p.flare * smoothstep(0.6f, 1, t)));
             });
}

}  // namespace

Ring garment_ring(const Figure& f, float h, float ease, float flare) {
  const Skeleton& s = f.skeleton;
  const float H = f.height();
  const Girth trunk = trunk_girth(f.person, std::max(h, 0.47f));
  const float turn = mix(s.hip_turn, s.shoulder_turn, smoothstep(0.55f, 0.78f, h));
  Vec3 centre = s.trunk(h);
  float wide = trunk.half_width, deep = trunk.half_depth;
  if (h < 0.53f) {
    const float t = (0.53f - h) / 0.49f;
    const Vec3 left = detail::along(s.leg[0].hip, s.leg[0].knee, s.leg[0].ankle, t);
    const Vec3 right = detail::along(s.leg[1].hip, s.leg[1].knee, s.leg[1].ankle, t);
    const float r = leg_radius(f.person, t);
    const float below = smoothstep(0.53f, 0.46f, h);
    const Vec3 middle{0.5f * (left.x + right.x), centre.y, 0.5f * (left.z + right.z)};
    centre = mix(centre, middle, below);
    // An ellipse with exactly these half-axes would cut the legs at its corners in mid-stride, hence the 10%.
    wide = mix(wide, 1.1f * (0.5f * std::abs(left.x - right.x) + r), below);
    deep = mix(deep, 1.1f * (0.5f * std::abs(left.z - right.z) + r), below);
  }
  const float wider = 1 + flare * std::max(0.f, 0.55f - h) * 2;
  return {centre, rotate_y({(wide + ease) * wider, 0, 0}, -turn),
          rotate_y({0, 0, (deep + ease) * wider}, -turn), h * H};
}

void add_lower(const Figure& f) {
  const Person& p = f.person;
  if (p.upper == Upper::dress) return;
  Material cloth;
  cloth.cloth = p.lower_cloth;
  cloth.around = 0.6f;
  cloth.key = p.key + 31;
  const int material = f.mesh.add_material(cloth);
  if (p.lower == Lower::skirt) {
    add_loft(f, p.lower_hem, 0.61f, 0.012f, 0.2f + p.flare, {material, 24, 2.6f, {0.06f, 9, 2}});
    return;
  }
  add_loft(f, 0.455f, 0.575f, 0.004f, 0, {material, 16, 2, {0.03f, 5, 10}});
  add_trouser_legs(f, material, std::min(1.03f, (0.53f - p.lower_hem) / 0.49f),
                   p.lower == Lower::shorts ? 1.6f : 1.f);
}

void add_upper(const Figure& f) {
  const Person& p = f.person;
  const float H = f.height();
  Material cloth;
  cloth.surface = Surface::torso;
  cloth.cloth = p.upper_cloth;
  cloth.around = 1.0f;
  cloth.bottom = p.upper_hem * H;
  cloth.top = 0.85f * H;
  cloth.opening = p.opening;
  cloth.inner = p.inner;
  cloth.key = p.key + 41;
  const int material = f.mesh.add_material(cloth);
  const bool hanging = p.upper == Upper::coat || p.upper == Upper::dress;
  const Folds folds = hanging ? Folds{0.06f, 8, 4} : Folds{0.06f, 6, 11};
  add_loft(f, p.upper_hem, 0.855f, p.ease, hanging ? 0.2f : 0.1f, {material, 20, 2.5f, folds});
  add_sleeves(f);
  const int plain = f.plain(p.upper_cloth.base, p.upper_cloth.gloss);
  if (p.upper != Upper::tshirt && p.upper != Upper::dress) add_band(f, 0.828f, 0.872f, 0.022f, plain, {});
  if (p.hood)
    f.mesh.add_ellipsoid(f.skeleton.trunk(0.842f) - Vec3{0, 0, 0.045f * H}, Vec3{0.062f, 0.034f, 0.036f} * H,
                         {plain, 12, 2, {0.12f, 6, 12}});
  if (p.scarf) add_band(f, 0.822f, 0.885f, 0.040f, f.plain(p.scarf_colour), {0.12f, 5, 30});
  if (p.belt) add_band(f, 0.600f, 0.622f, p.ease + 0.012f, f.plain(p.upper_cloth.base * 0.5f, 0.4f), {});
}

}  // namespace triptych::synthetic
