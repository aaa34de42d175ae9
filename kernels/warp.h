#pragma once
#include <cstdint>

#include "kernels/real.h"

namespace triptych {

// Sizes in pixels of an image, [height, width, 3], and of a crop of it, [crop_height, crop_width, 3].
struct WarpShape {
  Index height, width, crop_height, crop_width;
};

// The affine map of a crop: its pixel (x, y) is read at (u, v) = origin + x * right + y * down, in pixels of
// the image, u along its width.
struct Warp {
  double origin[2], right[2], down[2];
};

// byte -> scale * clamp(gain * byte + offset, 0, 255) + bias, for each channel.
struct Colouring {
  float gain[3], offset[3], scale[3], bias[3];
};

namespace cpu {

// A crop: each pixel is the bilinear interpolation of the four image pixels around its position, after their
// bytes went through `colouring`. Positions beyond the border read the border pixel. The weights sum to 1, so
// a clamped value stays in its range.
//
// Images are bytes on the host for every device, so this is no entry of Kernels. It runs on the calling
// thread, and gives the same bits on every processor.
// scratch: warp_scratch() floats.
void warp_image(const WarpShape& shape, const Warp& warp, const Colouring& colouring,
                const std::uint8_t* image, float* scratch, float* out);
Index warp_scratch(const WarpShape& shape);

}  // namespace cpu
}  // namespace triptych
