#pragma once
#include <vector>

#include "datasets/dataset.h"
#include "datasets/image_source.h"
#include "engine/random.h"
#include "reid/options.h"

namespace triptych::test {

// A network that is small enough for a gradient check and has every part: 2 blocks, a 6 x 2 grid, 3 strips.
inline Options tiny_options() {
  Options options;
  NetworkOptions& n = options.network;
  n.image_height = 52, n.image_width = 24, n.crop_height = 48, n.crop_width = 20;
  n.channels = {3, 4}, n.kernel = 3, n.hidden = 5, n.strips = 3;
  options.training.identities = 4, options.training.validation = 0;
  options.training.epochs = 6;
  options.em.rounds = 3, options.em.start = 0.34, options.em.stop = 0;
  return options;
}

inline Tensor random_tensor(const Device& device, const Shape& shape, Random& random) {
  std::vector<Real> values(static_cast<std::size_t>(shape.elements()));
  for (Real& value : values) value = Real(random.normal());
  return Tensor::from(device, shape, std::span<const Real>(values));
}

}  // namespace triptych::test
