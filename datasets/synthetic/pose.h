#pragma once
#include "datasets/synthetic/appearance.h"

namespace triptych::synthetic {

// One moment of a walk.
struct Gait {
  float phase = 0.5f;      // 0..2 pi over two steps; at 0 the left heel strikes the ground
  float stride = 0.15f;    // 0 standing .. 1.2 long strides
  float swing = 0.3f;      // of the arms
  float lean = 0.03f;      // of the trunk, forward, radians
  float look = 0;          // the head's rotation to the left, radians
  float bend[2] = {0, 0};  // left and right: 0 the arm hangs, 1 the forearm is level (phone, strap, pocket)
};

struct Leg {
  Vec3 hip, knee, ankle, forward;  // forward: the direction in which the foot points
};
struct Arm {
  Vec3 shoulder, elbow, wrist, fingers;
};

// Joints in metres. The person stands on y = 0 at the origin and looks along +z; their left hand is at +x.
struct Skeleton {
  float height;
  Vec3 pelvis, spine;  // the hip centre and the unit direction of the trunk
  float hip_turn, shoulder_turn;
  Vec3 head;  // the centre of the skull
  float look;
  Leg leg[2];
  Arm arm[2];
  // The centre of the trunk at a height in fractions of the body height (0.53 = hip joints, 0.82 =
  // shoulders).
  Vec3 trunk(float h) const { return pelvis + spine * ((h - 0.53f) * height); }
};

// The body at that moment: hip and knee angles are smooth curves modelled on those of gait laboratories (hip
// about +-22 degrees; the knee bends slightly in stance and strongly in swing). Then the body is moved so
// that the lower foot is on the ground.
Skeleton walk(const Person& person, const Gait& gait);

}  // namespace triptych::synthetic
