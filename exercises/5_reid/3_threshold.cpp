// 5.3 The E step's threshold
//
// map [pictures, patches] says how surely each patch finds its owner, all pictures of one camera. Which patches are
// discriminative? Those that reach
//
//   T_i = min(H_i, R)      H_i: the `picture_percentile`-th percentile of picture i's own patches
//                          R:   the `camera_percentile`-th percentile of all patches of all pictures
//
// V[i, j] = 1 where map[i, j] >= T_i, else 0. R alone would empty a picture in which nobody is easy to tell; H alone would
// throw away patches of a picture in which all are telling.
//
// The p-th percentile of m numbers, sorted v_0 <= ... <= v_{m-1}: at the place p / 100 (m - 1), and between two numbers by
// linear interpolation. The 50th of {1, 2, 10} is 2, the 75th is 6.
#include "exercises/exercises.h"

namespace triptych {

std::vector<std::uint8_t> discriminative(std::span<const double> map, Index pictures, Index patches,
                                         double picture_percentile, double camera_percentile) {
  std::vector<std::uint8_t> v(map.size(), 1);
  // your code
  return v;
}

}  // namespace triptych
