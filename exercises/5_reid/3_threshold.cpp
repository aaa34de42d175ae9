// 5.3 The E step's threshold
//
// map [images, patches] says how surely each patch finds its owner, all images of one camera. Which patches
// are discriminative? Those that reach
//
//   T_i = min(H_i, R)      H_i: the `image_percentile`-th percentile of image i's own patches
//                          R:   the `camera_percentile`-th percentile of all patches of all images
//
// V[i, j] = 1 where map[i, j] >= T_i, else 0. R alone would empty an image in which nobody is easy to tell; H
// alone would throw away patches of an image in which all are telling.
//
// The p-th percentile of m numbers, sorted v_0 <= ... <= v_{m-1}: at the place p / 100 (m - 1), and between
// two numbers by linear interpolation. The 50th of {1, 2, 10} is 2, the 75th is 6.
#include "exercises/exercises.h"

namespace triptych {

std::vector<std::uint8_t> discriminative(std::span<const double> map, Index images, Index patches,
                                         double image_percentile, double camera_percentile) {
  std::vector<std::uint8_t> v(map.size(), 1);
  // your code
  return v;
}

}  // namespace triptych
