// 4.2 Between the pixels
//
// An augmented image is the original, sampled at positions (u, v) between pixels. u runs to the right, v
// down; the *centre* of the top left pixel is (0.5, 0.5), so an image covers 0 .. width and 0 .. height. The
// value at (u, v) is the mean of the four pixels whose centres are nearest, weighted by how near:
//
//   with u - 0.5 = i + a and v - 0.5 = j + b, i and j whole, 0 <= a, b < 1:
//   (1-b) ((1-a) p[j, i] + a p[j, i+1]) + b ((1-a) p[j+1, i] + a p[j+1, i+1])
//
// A pixel beyond the border is the nearest one inside. image is [height, width]. The version below takes
// the nearest pixel.
#include <algorithm>
#include <cmath>

#include "exercises/exercises.h"

namespace triptych {

double bilinear(std::span<const double> image, Index height, Index width, double u, double v) {
  const Index column = std::clamp<Index>(static_cast<Index>(std::floor(u)), 0, width - 1);
  const Index row = std::clamp<Index>(static_cast<Index>(std::floor(v)), 0, height - 1);
  return image[row * width + column];
}

}  // namespace triptych
