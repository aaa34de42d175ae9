#pragma once
#include <cstdint>

namespace triptych::synthetic {

// A random number for a point of the integer lattice; 0..1.
float hash01(int x, int y, std::uint32_t key);

// Value noise: a random number at every point of the integer lattice, smoothly interpolated between; 0..1.
// With `period` > 0 it repeats along x, so that it closes around a sleeve without a seam.
float value_noise(float x, float y, std::uint32_t key, int period = 0);

// Three octaves of it, each half as strong and twice as fine: cloth, plaster, asphalt and leaves; 0..1.
float fractal_noise(float x, float y, std::uint32_t key);

// One smooth-edged stripe per `period`, covering `share` of it: 1 inside, 0 outside, a ramp of `edge` between
// (all in the unit of x). The ramp is what keeps stripes from aliasing.
float stripe(float x, float period, float share, float edge);

}  // namespace triptych::synthetic
