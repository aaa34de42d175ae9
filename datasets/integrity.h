#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "kernels/real.h"

namespace triptych {

// What an image may cost. Each limit stands in the message of the image that passes it.
namespace image_limits {
inline constexpr std::uintmax_t file_bytes = std::uintmax_t(256) << 20;
inline constexpr Index pixels = Index(1) << 25;  // 33.5 million: 8K video, 7680 x 4320, has 33.2
// No PNG and no JPEG holds more than so many pixels in a byte: deflate packs at most 1032 bytes into one, a
// JPEG needs a bit or more for each block of 8 x 8.
inline constexpr Index pixels_a_byte = 1032 * 8;  // PNG: 8 pixels of one bit in a byte
}  // namespace image_limits

// What the header of an image says, before anything is decoded.
struct ImageHeader {
  enum class Kind { none, png, jpeg, bmp, pnm };
  Kind kind = Kind::none;
  Index height = 0, width = 0;  // as stored, before `orientation` is applied
  int orientation = 1;          // of EXIF, 1..8: how the stored image is to be turned to stand upright
};

// What is wrong with the bytes of an image file, in words; empty when nothing is. The decoder, stb_image,
// fills the rest of a JPEG, BMP or PPM that was cut off with grey or zeros, does not look at a PNG's
// checksums, allocates what the header asks for, and writes past its tables for some damaged files. So the
// structure of the file is checked before it is decoded. `header` is filled as far as it was read.
std::string image_damage(std::span<const std::uint8_t> bytes, ImageHeader& header);
std::string image_damage(std::span<const std::uint8_t> bytes);

}  // namespace triptych
