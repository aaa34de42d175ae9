// 5.3 The E step's threshold
//
// map [images, patches] says how probable the image's own identity is by each patch alone, for all images of
// one camera. A patch is discriminative when it reaches
//
//   T_i = min(H_i, R)      H_i: the `image_percentile`-th percentile of image i's own patches
//                          R:   the `camera_percentile`-th percentile of all patches of all images
//
// V[i, j] = 1 where map[i, j] >= T_i, else 0. R alone could drop all patches of a
// difficult image; H alone would drop discriminative patches of an image that has many.
//
// The p-th percentile of m numbers, sorted v_0 <= ... <= v_{m-1}: at position p / 100 (m - 1), with linear
// interpolation between two values. The 50th of {1, 2, 10} is 2, the 75th is 6.
#include "exercises/exercises.h"

namespace triptych {

std::vector<std::uint8_t> discriminative(std::span<const double> map, Index images, Index patches,
                                         double image_percentile, double camera_percentile) {
  std::vector<std::uint8_t> v(map.size(), 1);
  // your code
  return v;
}

}  // namespace triptych
