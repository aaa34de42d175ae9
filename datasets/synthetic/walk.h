#pragma once
#include "datasets/synthetic/camera.h"
#include "datasets/synthetic/pose.h"

// How people walk through a sequence of frames. The habits of a walk belong to the person, as clothes do;
// where the walk begins, who passes by and how the camera drifts belong to the sequence.
namespace triptych::synthetic {

// What stays the same whenever this person walks.
struct Habit {
  float cadence = 0.6f;  // phase per frame, radians: two steps are 2 pi
  float stride = 0.8f, swing = 0.7f, lean = 0.05f;
  float bend[2] = {0, 0};
};

// A function of (seed, person) alone, and of none of the values that sample_person draws. Cadences differ by
// a factor of 2.6: between the strides of two frames, people who look alike can be told apart, but only by
// the order of the frames.
Habit sample_habit(std::uint64_t seed, Index person);

// The moment of a walk with these habits. `sequence` determines where in the cycle frame 0 is, and how this
// walk differs from the person's other ones.
Gait gait_at(const Habit& habit, Index frame, float strength, Random sequence);

// How fast a walk moves on, in metres per frame.
float speed_of(const Habit& habit, float height);

// A slow oscillation, -1..1 at any frame: three to eight times slower than a walk.
float drift(Index frame, Random random);

}  // namespace triptych::synthetic
