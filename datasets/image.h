#pragma once
#include <span>
#include <string>

#include "drawing/image.h"

namespace triptych {

// PNG, JPEG, BMP or PPM; greys become RGB, transparency is dropped. A file that is cut off, damaged or of
// another kind is an Error that names it: never half an image. `name` stands in the message.
Image read_image(const std::filesystem::path& file);
Image decode_image(std::span<const std::uint8_t> bytes, const std::string& name);

// Does the name end in .png, .jpg, .jpeg, .bmp or .ppm (in capitals or not)?
bool has_image_name(const std::filesystem::path& file);

}  // namespace triptych
