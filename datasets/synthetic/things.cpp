#include <array>

#include "datasets/synthetic/body.h"

namespace triptych::synthetic {
namespace {

// A rounded box: half-axes along x, y and z.
void add_pouch(const Figure& f, Vec3 centre, Vec3 half, int material) {
  std::array<Ring, 9> rings;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    const float y = 2 * static_cast<float>(i) / (rings.size() - 1) - 1;
    const float r = std::pow(std::max(1 - std::pow(std::abs(y), 5.f), 0.001f), 0.4f);
    rings[i] = {centre + Vec3{0, half.y * y, 0}, {half.x * r, 0, 0}, {0, 0, half.z * r}, half.y * y};
  }
  f.mesh.add_tube(rings, {material, 16, 3.5f, {0.08f, 5, 10}});
}

// A strap of a few centimetres on the garment, from height and turn (h0, u0) to (h1, u1): see garment_ring.
void add_strap(const Figure& f, float h0, float u0, float h1, float u1, float width, int material) {
  constexpr int kRings = 14;
  const auto point = [&](float t) {
    const float u = mix(u0, u1, t) * 2 * kPi;
    const Ring ring = garment_ring(f, mix(h0, h1, t), f.person.ease + 0.012f, 0);
    return ring.centre + ring.side * std::sin(u) + ring.front * std::cos(u);
  };
  std::array<Ring, kRings> rings;
  for (int i = 0; i < kRings; ++i) {
    const float t = static_cast<float>(i) / (kRings - 1);
    const Vec3 tangent = unit(point(t + 0.03f) - point(t - 0.03f));
    const Vec3 away = point(t) - f.skeleton.trunk(mix(h0, h1, t));
    const Vec3 out = unit(away - tangent * dot(away, tangent));
    rings[static_cast<std::size_t>(i)] = {point(t), cross(tangent, out) * width, out * (0.6f * width), t};
  }
  f.mesh.add_tube(rings, {material, 8, 2, {}});
}

void add_backpack(const Figure& f, int cloth, int trim) {
  const float H = f.height(), size = f.person.bag_size;
  const Skeleton& s = f.skeleton;
  const float back = trunk_girth(f.person, 0.72f).half_depth + f.person.ease;
  const Vec3 centre = s.trunk(0.70f) - Vec3{0, 0, back + 0.042f * size * H};
  add_pouch(f, centre, Vec3{0.082f, 0.115f, 0.052f} * (H * size), cloth);
  add_pouch(f, centre - Vec3{0, 0.045f * H * size, 0.042f * H * size},
            Vec3{0.062f, 0.055f, 0.026f} * (H * size), trim);
  for (const float side : {-1.f, 1.f}) {
    add_strap(f, 0.838f, 0.27f * side, 0.775f, 0.11f * side, 0.014f * H, cloth);
    add_strap(f, 0.775f, 0.11f * side, 0.66f, 0.24f * side, 0.012f * H, cloth);
  }
}

void add_shoulder_bag(const Figure& f, int cloth, int trim) {
  const float H = f.height(), size = f.person.bag_size, sign = f.person.bag_side == 0 ? 1.f : -1.f;
  const Skeleton& s = f.skeleton;
  const float wide = trunk_girth(f.person, 0.55f).half_width + f.person.ease;
  const Vec3 bag = s.trunk(0.52f) + Vec3{sign * (wide + 0.022f * H), 0, -0.02f * H};
  add_pouch(f, bag, Vec3{0.028f, 0.062f, 0.085f} * (H * size), cloth);
  add_pouch(f, bag + Vec3{sign * 0.008f * H, 0.025f * H * size, 0}, Vec3{0.024f, 0.030f, 0.078f} * (H * size),
            trim);
  add_strap(f, 0.842f, -0.22f * sign, 0.56f, 0.20f * sign, 0.009f * H, cloth);   // over the chest
  add_strap(f, 0.842f, -0.24f * sign, 0.56f, -0.72f * sign, 0.009f * H, cloth);  // over the back
}

void add_handbag(const Figure& f, int cloth) {
  const float H = f.height(), size = f.person.bag_size;
  const Vec3 hand = f.skeleton.arm[f.person.bag_side].fingers;
  add_pouch(f, hand - Vec3{0, 0.098f * H * size, 0}, Vec3{0.026f, 0.056f, 0.080f} * (H * size), cloth);
  for (const float end : {-1.f, 1.f}) {  // the handle
    const Vec3 low = hand + Vec3{0, -0.06f * H * size, end * 0.05f * H};
    add_limb(f.mesh, hand, mix(hand, low, 0.5f) + Vec3{0, 0, end * 0.01f * H}, low, 0, 1, 6,
             {cloth, 8, 2, {}}, [&](float) { return 0.005f * H; });
  }
}

}  // namespace

void add_bag(const Figure& f) {
  const Person& p = f.person;
  if (p.bag == Bag::none) return;
  const int cloth = f.plain(p.bag_colour, 0.35f), trim = f.plain(mix(p.bag_colour, p.bag_trim, 0.5f), 0.2f);
  if (p.bag == Bag::backpack) add_backpack(f, cloth, trim);
  if (p.bag == Bag::shoulder) add_shoulder_bag(f, cloth, trim);
  if (p.bag == Bag::handbag) add_handbag(f, cloth);
}

}  // namespace triptych::synthetic
