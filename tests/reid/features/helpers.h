#pragma once
#include "reid/features/feature.h"
#include "tests/datasets/helpers.h"

namespace triptych::testing {

// One channel from rows of numbers.
inline Planes grey_of(Index height, Index width, const std::vector<float>& values) {
  Planes planes(1, height, width);
  planes.values = values;
  return planes;
}

// Red, green, blue the same everywhere.
inline Planes flat(Index height, Index width, float red, float green, float blue) {
  Planes planes(3, height, width);
  for (Index i = 0; i < planes.pixels(); ++i)
    planes.plane(0)[i] = red, planes.plane(1)[i] = green, planes.plane(2)[i] = blue;
  return planes;
}

// A person-sized image of noise, as numbers.
inline Planes noise_planes(std::uint64_t seed) {
  return rgb_planes(noise_image(128, 48, seed));
}

inline std::vector<float> feature_of(const std::string& name, const Planes& rgb) {
  const Feature& feature = find_feature(name);
  std::vector<float> out(static_cast<std::size_t>(feature.size));
  feature.of_planes(rgb, out.data());
  return out;
}

}  // namespace triptych::testing
