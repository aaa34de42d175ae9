// Crops of images (kernels/warp.h): first the colours of the whole image, then the pixels of the crop.
// Compiled once, for any processor, and without fused multiply-adds (Makefile), so that a network's input
// does not depend on the machine.
#include "kernels/warp.h"

#include <algorithm>
#include <cstring>

namespace triptych::cpu {
namespace {

typedef float Pixel __attribute__((vector_size(16)));  // R, G, B and an unused lane

Pixel load(const float* p) {
  Pixel pixel;
  std::memcpy(&pixel, p, sizeof pixel);
  return pixel;
}
Pixel of_channels(const float (&channels)[3]) {
  return Pixel{channels[0], channels[1], channels[2]};
}

// The coloured image, [height + 1, width + 1] pixels: interpolation reads one pixel beyond, so the last row
// and column are repeated.
void colour_image(const WarpShape& s, const Colouring& colouring, const std::uint8_t* image, float* out) {
  const Pixel gain = of_channels(colouring.gain), offset = of_channels(colouring.offset);
  const Pixel scale = of_channels(colouring.scale), bias = of_channels(colouring.bias);
  const Pixel black = {}, white = 255 - black;
  for (Index y = 0; y <= s.height; ++y) {
    const std::uint8_t* from = image + 3 * std::min(y, s.height - 1) * s.width;
    for (Index x = 0; x <= s.width; ++x, out += 4) {
      Pixel v = {float(from[0]), float(from[1]), float(from[2])};
      v = gain * v + offset;
      v = black > v ? black : v;
      v = scale * (v > white ? white : v) + bias;
      std::memcpy(out, &v, sizeof v);
      if (x + 1 < s.width) from += 3;
    }
  }
}

// A coordinate clamped to 0 .. last: integer part and fraction.
struct Coordinate {
  Index before;
  float beyond;
  Coordinate(float at, float last) {
    at = 0 > at ? 0 : at;
    before = static_cast<std::int32_t>(at > last ? last : at);
    beyond = (at > last ? last : at) - static_cast<float>(before);
  }
};

}  // namespace

void warp_image(const WarpShape& s, const Warp& warp, const Colouring& colouring, const std::uint8_t* image,
                float* scratch, float* out) {
  colour_image(s, colouring, image, scratch);
  const Index row = 4 * (s.width + 1);
  const float last_u = static_cast<float>(s.width - 1), last_v = static_cast<float>(s.height - 1);
  const float du = static_cast<float>(warp.right[0]), dv = static_cast<float>(warp.right[1]);
  for (Index y = 0; y < s.crop_height; ++y) {
    const double down = static_cast<double>(y);
    const float u0 = static_cast<float>(warp.origin[0] + down * warp.down[0]);
    const float v0 = static_cast<float>(warp.origin[1] + down * warp.down[1]);
    for (Index x = 0; x < s.crop_width; ++x, out += 3) {
      const Coordinate u(u0 + static_cast<float>(x) * du, last_u);
      const Coordinate v(v0 + static_cast<float>(x) * dv, last_v);
      const float* corner = scratch + v.before * row + 4 * u.before;
      const Pixel left = load(corner), left_below = load(corner + row);
      const Pixel above = left + u.beyond * (load(corner + 4) - left);
      const Pixel below = left_below + u.beyond * (load(corner + row + 4) - left_below);
      const Pixel mixed = above + v.beyond * (below - above);
      std::memcpy(out, &mixed, 3 * sizeof(float));
    }
  }
}

Index warp_scratch(const WarpShape& shape) {
  return 4 * (shape.height + 1) * (shape.width + 1);
}

}  // namespace triptych::cpu
