#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "kernels/real.h"

namespace triptych {

// An image in memory, in the layout that decoders produce and the network reads.
struct Image {
  Index height = 0, width = 0;
  std::vector<std::uint8_t> pixels;  // [height, width, 3], RGB, 0..255

  Image() = default;
  Image(Index h, Index w) : height(h), width(w), pixels(static_cast<std::size_t>(h * w * 3)) {}  // black
  std::uint8_t* at(Index y, Index x) { return pixels.data() + (y * width + x) * 3; }
  const std::uint8_t* at(Index y, Index x) const { return pixels.data() + (y * width + x) * 3; }
};

// Writes to a temporary name and renames: the file is complete or absent. Makes the folder. A full disk, a
// folder that cannot be written, an empty image: Error.
void write_png(const std::filesystem::path& file, const Image& image);

// Resampled with a cubic filter (Catmull and Rom) that is widened when the image shrinks, so that no pixel
// is skipped. Integer arithmetic: the same bits on every machine.
Image resize(const Image& image, Index height, Index width);

}  // namespace triptych
