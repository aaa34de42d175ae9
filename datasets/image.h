#pragma once
#include <span>
#include <string>

#include "drawing/image.h"

namespace triptych {

// PNG, JPEG, BMP or PPM as Pillow reads them: greys become RGB, transparency is dropped, samples of 16 bits
// and other ranges are scaled to 0..255, and EXIF's orientation is applied. A file that is cut off, damaged,
// larger than image_limits (datasets/integrity.h) allows or of another kind is an Error that names it: never
// half an image. `name` stands in the message.
Image read_image(const std::filesystem::path& file);
Image decode_image(std::span<const std::uint8_t> bytes, const std::string& name);

// Does the name end in .png, .jpg, .jpeg, .bmp, .ppm or .pgm (in capitals or not), and not begin with a dot?
// This is the one rule of what an image file is, for every command.
bool has_image_name(const std::filesystem::path& file);

}  // namespace triptych
