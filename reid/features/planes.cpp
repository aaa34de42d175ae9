#include "reid/features/planes.h"

namespace triptych {

Planes rgb_planes(const Image& image) {
  Planes out(3, image.height, image.width);
  const std::uint8_t* p = image.pixels.data();
  for (Index i = 0; i < out.pixels(); ++i, p += 3)
    for (Index c = 0; c < 3; ++c) out.plane(c)[i] = static_cast<float>(p[c]) / 255;
  return out;
}

Planes halve(const Planes& planes) {
  Planes out(planes.channels, planes.height / 2, planes.width / 2);
  for (Index c = 0; c < planes.channels; ++c)
    for (Index y = 0; y < out.height; ++y) {
      const float* above = planes.plane(c) + 2 * y * planes.width;
      const float* below = above + planes.width;
      float* to = out.plane(c) + y * out.width;
      for (Index x = 0; x < out.width; ++x)
        to[x] = (above[2 * x] + above[2 * x + 1] + below[2 * x] + below[2 * x + 1]) / 4;
    }
  return out;
}

Planes grey_plane(const Planes& rgb) {
  Planes out(1, rgb.height, rgb.width);
  const float *red = rgb.plane(0), *green = rgb.plane(1), *blue = rgb.plane(2);
  for (Index i = 0; i < out.pixels(); ++i)
    out.values[static_cast<std::size_t>(i)] = 0.2989f * red[i] + 0.5870f * green[i] + 0.1140f * blue[i];
  return out;
}

}  // namespace triptych
