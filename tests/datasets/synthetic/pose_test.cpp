#include "datasets/synthetic/pose.h"

#include <doctest/doctest.h>

using namespace triptych::synthetic;

TEST_CASE("in every step the bones keep their length and the lower foot stands on the ground") {
  const Person person = sample_person(3, 4);
  for (int i = 0; i < 40; ++i) {
    Gait gait;
    gait.phase = 2 * kPi * static_cast<float>(i) / 40;
    gait.stride = gait.swing = 1;
    const Skeleton s = walk(person, gait);
    float lowest = 1;
    for (const Leg& leg : s.leg) {
      CHECK(length(leg.knee - leg.hip) == doctest::Approx(0.245 * person.height).epsilon(1e-4));
      CHECK(length(leg.ankle - leg.knee) == doctest::Approx(0.245 * person.height).epsilon(1e-4));
      lowest = std::min({lowest, leg.ankle.y - 0.04f * person.height,
                         leg.ankle.y + (0.1f * leg.forward.y - 0.035f) * person.height});
    }
    CHECK(lowest == doctest::Approx(0).epsilon(1e-4));
    CHECK(s.head.y > 0.88f * person.height);
    CHECK(s.head.y < 0.97f * person.height);
  }
}

TEST_CASE("half a double step later the legs have changed places, and arms swing against legs") {
  Gait now, later;
  now.phase = 0, later.phase = kPi;
  now.stride = later.stride = now.swing = later.swing = 1;
  const Person person = sample_person(3, 4);
  const Skeleton a = walk(person, now), b = walk(person, later);
  CHECK(a.leg[0].ankle.z - a.pelvis.z > 0.1f);  // the left foot leads at phase 0
  CHECK(a.leg[1].ankle.z - a.pelvis.z < -0.1f);
  CHECK(a.leg[0].ankle.z == doctest::Approx(b.leg[1].ankle.z).epsilon(1e-3));
  CHECK(a.arm[0].wrist.z < a.arm[1].wrist.z);
  CHECK(b.arm[0].wrist.z > b.arm[1].wrist.z);
}
