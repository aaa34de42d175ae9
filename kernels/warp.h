#pragma once
#include <cstdint>

#include "kernels/real.h"

namespace triptych {

// Sizes in pixels of an image, [height, width, 3], and of a crop made of it, [crop_height, crop_width, 3].
struct WarpShape {
  Index height, width, crop_height, crop_width;
};

// Where a crop's pixels come from: that at (x, y) is read at (u, v) = origin + x * right + y * down, in
// pixels of the image, u along its width.
struct Warp {
  double origin[2], right[2], down[2];
};

// byte -> scale * clamp(gain * byte + offset, 0, 255) + bias, for each channel.
struct Colouring {
  float gain[3], offset[3], scale[3], bias[3];
};

namespace cpu {

// A crop: the image's bytes are coloured and then mixed, for each pixel of the crop those of the four pixels
// around its place, with weights that are linear in both directions (bilinear interpolation). Beyond the
// border the border is repeated. Weights sum to 1, so what was clamped stays in its range.
//
// Images are bytes on the host, whatever device learns from them, so this is no entry of Kernels. It runs on
// the caller's thread with the instruction set of cpu::kernels(), and gives the same bits with each of them.
// scratch: warp_scratch() floats.
void warp_image(const WarpShape& shape, const Warp& warp, const Colouring& colouring,
                const std::uint8_t* image, float* scratch, float* out);
Index warp_scratch(const WarpShape& shape);

}  // namespace cpu
}  // namespace triptych
