#pragma once
#include <array>

#include "reid/features/planes.h"

namespace triptych {

// Salient colour names (Yang et al. 2014): "red", "dark green" and fourteen others, as sixteen points z of
// the RGB cube 0..255: its eight corners, six corners at half intensity, and the greys 128 and 192. A colour
// w belongs to its five nearest names,
//     p(z | w) ~ exp( -|z - w|^2 / mean over the other four z_l of |z_l - w|^2 ),      sum over z = 1
// and to no other (hence salient). w runs over the centres of 32^3 cells of the cube.
constexpr int colour_names = 16;
using NameShares = std::array<float, colour_names>;
const NameShares& colour_name_shares(std::uint8_t red, std::uint8_t green, std::uint8_t blue);

// The mean share of every name in six strips of 21 or 22 rows, for four colour spaces (RGB, chromaticity,
// HSV, l1 l2 l3: each taken as a cube), over the whole strip and over its middle columns, where the person
// usually is: with weights exp(-(x - centre)^2 / (2 (W/4)^2)) in place of the part masks that most sets do
// not have.
//     [ space: 4 x [ whole, middle: 2 x [ strip: 6 x [ name: 16 ] ] ] ]
constexpr Index scncd_height = 128, scncd_width = 48, scncd_strips = 6;
constexpr Index scncd_space_size = 2 * scncd_strips * colour_names, scncd_size = 4 * scncd_space_size;

// rgb: [3, 128, 48], 0..1. out: [scncd_size].
void scncd(const Planes& rgb, float* out);

}  // namespace triptych
