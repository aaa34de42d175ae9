#pragma once
#include <vector>

#include "drawing/image.h"

namespace triptych {

// An image as values in one plane for each channel: computation along rows reads memory in order.
struct Planes {
  Index channels = 0, height = 0, width = 0;
  std::vector<float> values;  // [channels, height, width]

  Planes() = default;
  Planes(Index c, Index h, Index w)
      : channels(c), height(h), width(w), values(static_cast<std::size_t>(c * h * w)) {}
  Index pixels() const { return height * width; }
  float* plane(Index c) { return values.data() + c * pixels(); }
  const float* plane(Index c) const { return values.data() + c * pixels(); }
};

// Red, green, blue in 0..1.
Planes rgb_planes(const Image& image);

// Half the height and width, rounded down: means of 2 x 2 pixels; an odd last row or column is left out.
Planes halve(const Planes& planes);

// grey = 0.2989 red + 0.5870 green + 0.1140 blue: one plane, of three.
Planes grey_plane(const Planes& rgb);

}  // namespace triptych
