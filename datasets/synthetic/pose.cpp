#include "datasets/synthetic/pose.h"

namespace triptych::synthetic {
namespace {

// A bump of height 1 around `centre` on the circle of phases.
float bump(float phase, float centre, float width) {
  const float distance = std::remainder(phase - centre, 2 * kPi) / width;
  return std::exp(-distance * distance);
}

// The downward unit vector, rotated forward (towards +z) by `angle`.
Vec3 swung(float angle) {
  return {0, -std::cos(angle), std::sin(angle)};
}

Leg place_leg(const Person& p, Vec3 hip, float phase, float stride) {
  const float H = p.height;
  const float hip_angle = (3 + 23 * stride * std::cos(phase)) * kDegree;
  const float knee_angle =
      (5 + 12 * stride * bump(phase, 0.3f * kPi, 0.6f) + 52 * stride * bump(phase, 1.5f * kPi, 0.7f)) *
      kDegree;
  const float pitch =
      (16 * stride * bump(phase, 0, 0.6f) - 42 * stride * bump(phase, 1.2f * kPi, 0.65f)) * kDegree;
  Leg leg;
  leg.hip = hip;
  leg.knee = hip + swung(hip_angle) * (0.245f * H);
  leg.ankle = leg.knee + swung(hip_angle - knee_angle) * (0.245f * H);
  const float outward = hip.x > 0 ? 0.1f : -0.1f;  // toes point slightly outward
  leg.forward = unit(Vec3{outward, std::sin(pitch), std::cos(pitch)});
  return leg;
}

Arm place_arm(const Person& p, Vec3 shoulder, float side, float phase, float swing, float bend) {
  const float H = p.height;
  const float forward = -std::cos(phase);  // an arm swings opposite to the leg of its side
  const float upper = mix((22 * swing * forward - 3) * kDegree, 6 * kDegree, bend);
  const float elbow = mix((14 + 14 * swing * (1 + forward)) * kDegree, 88 * kDegree, bend);
  const float aside = mix(0.13f, 0.2f, bend) * side;
  Arm arm;
  arm.shoulder = shoulder;
  arm.elbow = shoulder + unit(swung(upper) + Vec3{aside, 0, 0}) * (0.172f * H);
  const Vec3 fore = unit(swung(upper + elbow) + Vec3{-bend * 0.45f * side + 0.03f * side, 0, 0});
  arm.wrist = arm.elbow + fore * (0.150f * H);
  arm.fingers = arm.wrist + fore * (0.075f * H);
  return arm;
}

}  // namespace

Skeleton walk(const Person& p, const Gait& gait) {
  const float H = p.height;
  Skeleton s;
  s.height = H;
  s.pelvis = {0, 0.53f * H, 0};
  s.spine = unit(Vec3{0, 1, std::tan(gait.lean)});
  s.hip_turn = 7 * kDegree * gait.stride * std::cos(gait.phase);
  s.shoulder_turn = -9 * kDegree * gait.swing * std::cos(gait.phase);
  s.look = gait.look;
  const float phase[2] = {gait.phase, gait.phase + kPi};
  for (int side = 0; side < 2; ++side) {
    const float sign = side == 0 ? 1.f : -1.f;
    const Vec3 hip = s.pelvis + rotate_y({sign * 0.052f * H * p.hips, 0, 0}, -s.hip_turn);
    s.leg[side] = place_leg(p, hip, phase[side], gait.stride);
  }
  float lowest = 1e9f;  // of the soles: 0.04 H below an ankle, or below toes that point down
  for (const Leg& leg : s.leg)
    lowest = std::min({lowest, leg.ankle.y - 0.04f * H, leg.ankle.y + 0.1f * H * leg.forward.y - 0.035f * H});
  const Vec3 drop{0, -lowest, 0};
  s.pelvis += drop;
  for (Leg& leg : s.leg) leg.hip += drop, leg.knee += drop, leg.ankle += drop;
  for (int side = 0; side < 2; ++side) {
    const float sign = side == 0 ? 1.f : -1.f;
    const Vec3 shoulder =
        s.trunk(0.800f) + rotate_y({sign * 0.102f * H * p.shoulders, 0, 0}, -s.shoulder_turn);
    s.arm[side] = place_arm(p, shoulder, sign, phase[side], gait.swing, gait.bend[side]);
  }
  s.head = s.trunk(0.928f) + Vec3{0, 0, 0.012f * H};
  return s;
}

}  // namespace triptych::synthetic
