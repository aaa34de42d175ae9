#include <array>

#include "datasets/synthetic/body.h"

namespace triptych::synthetic {
namespace {

// A soft box: half-axes along x, y and z.
void add_pouch(const Figure& f, Vec3 centre, Vec3 half, int material) {
  std::array<Ring, 9> rings;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    const float y = 2 * static_cast<float>(i) / (rings.size() - 1) - 1;
    const float r = std::pow(std::max(1 - std::pow(std::abs(y), 5.f), 0.001f), 0.4f);
    rings[i] = {centre + Vec3{0, half.y * y, 0}, {half.x * r, 0, 0}, {0, 0, half.z * r}, half.y * y};
  }
  f.mesh.add_tube(rings, {material, 16, 3.5f, {0.08f, 5, 10}});
}

void add_strap(const Figure& f, Vec3 a, Vec3 b, Vec3 c, float radius, int material) {
  add_limb(f.mesh, a, b, c, 0, 1, 12, {material, 8, 2, {}}, [=](float) { return radius; });
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
    const float x = side * 0.062f * H;
    const float chest = trunk_girth(f.person, 0.78f).half_depth + f.person.ease;
    const Vec3 over = s.trunk(0.826f) + Vec3{x, 0.004f * H, -0.02f * H};
    const Vec3 front = s.trunk(0.775f) + Vec3{x * 1.05f, 0, chest * 0.88f};
    const Vec3 under = s.trunk(0.66f) + Vec3{x * 1.45f, 0, 0.3f * chest};
    add_strap(f, over, front, under, 0.012f * H, cloth);
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
  const Vec3 shoulder = s.trunk(0.828f) + Vec3{-sign * 0.065f * H, 0.004f * H, 0};
  const float deep = trunk_girth(f.person, 0.70f).half_depth + f.person.ease + 0.012f * H;
  for (const float face : {1.f, -1.f})  // over the chest and over the back
    add_strap(f, shoulder, s.trunk(0.69f) + Vec3{0, 0, face * deep},
              bag + Vec3{0, 0.05f * H * size, face * 0.06f * H}, 0.008f * H, cloth);
}

void add_handbag(const Figure& f, int cloth) {
  const float H = f.height(), size = f.person.bag_size;
  const Vec3 hand = f.skeleton.arm[f.person.bag_side].fingers;
  add_pouch(f, hand - Vec3{0, 0.098f * H * size, 0}, Vec3{0.026f, 0.056f, 0.080f} * (H * size), cloth);
  for (const float end : {-1.f, 1.f})
    add_strap(f, hand, hand + Vec3{0, -0.02f * H, end * 0.03f * H},
              hand + Vec3{0, -0.06f * H * size, end * 0.05f * H}, 0.005f * H, cloth);
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
