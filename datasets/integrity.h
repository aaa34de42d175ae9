#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace triptych {

// What is wrong with the bytes of an image file, in words; empty when nothing is. stb_image fills the rest
// of a JPEG, BMP or PPM that was cut off with grey or zeros and does not look at a PNG's checksums, and a
// network would learn from such an image without a word; so the file's own account of its length is checked
// before it is decoded.
std::string image_damage(std::span<const std::uint8_t> bytes);

}  // namespace triptych
