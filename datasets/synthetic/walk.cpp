#include "datasets/synthetic/walk.h"

namespace triptych::synthetic {

Habit sample_habit(std::uint64_t seed, Index person) {
  Random random = Random(seed).split(0x67616974).split(static_cast<std::uint64_t>(person));  // "gait"
  Habit habit;
  habit.cadence = uniform(random, 0.42f, 1.1f);  // at ten frames a second: 0.7 to 1.75 cycles, brisk or idle
  habit.stride = uniform(random, 0.6f, 1.1f);
  habit.swing = uniform(random, 0.25f, 1.15f);
  habit.lean = uniform(random, 0.02f, 0.12f);
  for (float& bend : habit.bend)
    bend = random.chance(0.16) ? uniform(random, 0.4f, 1.f) : uniform(random, 0.f, 0.15f);
  return habit;
}

Gait gait_at(const Habit& habit, Index frame, float strength, Random sequence) {
  const float start = uniform(sequence, 0, 2 * kPi), haste = std::exp(normal(sequence, 0.03f));
  const float look = normal(sequence, 0.22f);
  Gait gait;
  const float phase = start + haste * habit.cadence * static_cast<float>(frame);
  gait.phase = mix(gait.phase, phase, strength);
  gait.stride = mix(gait.stride, habit.stride * haste, strength);
  gait.swing = mix(gait.swing, habit.swing, strength);
  gait.lean = mix(gait.lean, habit.lean, strength);
  gait.look = strength * (look + 0.1f * drift(frame, sequence.split(1)));
  for (int side = 0; side < 2; ++side) gait.bend[side] = strength * habit.bend[side];
  return gait;
}

// Two steps are a cycle; a step at stride 1 is about 0.41 of the body height.
float speed_of(const Habit& habit, float height) {
  return habit.cadence / (2 * kPi) * 2 * 0.41f * height * habit.stride;
}

float drift(Index frame, Random random) {
  const float phase = uniform(random, 0, 2 * kPi), pace = uniform(random, 0.08f, 0.16f);
  return std::sin(phase + pace * static_cast<float>(frame));
}

}  // namespace triptych::synthetic
