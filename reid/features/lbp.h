#pragma once
#include <cstdint>
#include <vector>

#include "reid/features/planes.h"

namespace triptych {

// Local binary patterns (Ojala, Pietikainen and Maenpaa 2002). P points lie evenly on a circle of radius R
// around a pixel, counter-clockwise from the right; bit i says whether point i (interpolated between pixels)
// is at least as bright as the centre. Of the 2^P patterns, the P (P - 1) + 2 *uniform* ones, which change at
// most twice around the circle (edges, corners, spots, flats), have a bin each, in the order of their codes;
// all others share the last.
constexpr int lbp_bins(int points) {
  return points * (points - 1) + 3;
}

// bin[code] for all 2^points codes.
std::vector<std::uint16_t> uniform_pattern_bins(int points);

// [height, width]: the bin of every pixel of one plane. Beyond the border the nearest pixel is repeated.
std::vector<std::uint16_t> lbp(const Planes& grey, int points, float radius);

}  // namespace triptych
