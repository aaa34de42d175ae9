#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "kernels/real.h"

namespace triptych {

// An image in memory, in the order in which it is decoded and in which the network reads it.
struct Image {
  Index height = 0, width = 0;
  std::vector<std::uint8_t> pixels;  // [height, width, 3], RGB, 0..255

  Image() = default;
  Image(Index h, Index w) : height(h), width(w), pixels(static_cast<std::size_t>(h * w * 3)) {}  // black
  std::uint8_t* at(Index y, Index x) { return pixels.data() + (y * width + x) * 3; }
  const std::uint8_t* at(Index y, Index x) const { return pixels.data() + (y * width + x) * 3; }
};

// PNG, JPEG, BMP or PPM; greys become RGB, transparency is dropped. A file that is cut off, damaged or of
// another kind is an Error that names it: never half an image. `name` stands in the message.
Image read_image(const std::filesystem::path& file);
Image decode_image(std::span<const std::uint8_t> bytes, const std::string& name);

// Does the name end in .png, .jpg, .jpeg, .bmp or .ppm (in capitals or not)?
bool has_image_name(const std::filesystem::path& file);

// Written to a temporary name, then renamed: the file is whole or not there. Makes the folder. A full disk, a
// folder that cannot be written: Error.
void write_png(const std::filesystem::path& file, const Image& image);

// Resampled with a cubic filter (Catmull and Rom) that is widened when the image shrinks, so that no pixel
// is skipped. Whole numbers throughout: the same bits on every machine.
Image resize(const Image& image, Index height, Index width);

}  // namespace triptych
