#pragma once
#include <cstdint>

namespace triptych::synthetic {

// A random value for a point of the integer lattice; 0..1.
float hash01(int x, int y, std::uint32_t key);

// Value noise: random values at the points of the integer lattice, smoothly interpolated; 0..1. With `period`
// > 0 it repeats along x, so that it closes around a sleeve without a seam.
float value_noise(float x, float y, std::uint32_t key, int period = 0);

// Three octaves of value noise, each with half the amplitude and twice the frequency of the one before:
// cloth, plaster, asphalt and leaves; 0..1.
float fractal_noise(float x, float y, std::uint32_t key);

// One smooth-edged stripe per `period`, covering `share` of it: 1 inside, 0 outside, a ramp of `edge` in
// between (all in the unit of x). The ramp prevents aliasing.
float stripe(float x, float period, float share, float edge);

}  // namespace triptych::synthetic
