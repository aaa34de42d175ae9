#pragma once
#include <vector>

#include "datasets/image_source.h"
#include "reid/network/model.h"

namespace triptych {

// An occlusion map: a grey square is moved over the image x, and the map says how much further x then
// is from y, another image of the same person,
//   m(o) = d(f(x with o covered), f(y)) - d(f(x), f(y)),   d the squared distance.
// Positive: covering that part makes the two less alike. Negative: more alike.
struct OcclusionMap {
  Index rows = 0, columns = 0;
  std::vector<double> change;  // [rows, columns]
  double distance = 0;         // d(f(x), f(y))
};
// The square is a sixth of the crop's height and moves by half its side. x and y are samples of `images`.
OcclusionMap occlusion_map(const Model& model, const ImageSource& images, Index x, Index y);

}  // namespace triptych
