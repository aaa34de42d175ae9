#include "datasets/image.h"

#include <stb/stb_image.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "datasets/decoder.h"
#include "datasets/image_format.h"
#include "engine/error.h"
#include "engine/file.h"
#include "engine/text.h"

namespace triptych {
namespace fs = std::filesystem;

namespace {

// Twice what a decoder needs for its largest block: 16-bit RGBA, or the coefficients of a component, with
// edges filled up to whole blocks.
std::size_t block_limit(const ImageHeader& header) {
  return static_cast<std::size_t>(16 * (header.height + 64) * (header.width + 64)) + (std::size_t(1) << 20);
}

// Where EXIF's orientation 1..8 puts the stored image: 2 mirrored, 3 upside down, 4 both; 5..8 the same after
// rows and columns were exchanged. Row 0 and column 0 of the result are these sides of the stored image:
// 5 left, top; 6 left, bottom; 7 right, bottom; 8 right, top.
Image upright(const Image& stored, int orientation) {
  if (orientation <= 1) return stored;
  const bool exchanged = orientation >= 5;
  const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  Image image(exchanged ? stored.width : stored.height, exchanged ? stored.height : stored.width);
  for (Index y = 0; y < image.height; ++y)
    for (Index x = 0; x < image.width; ++x) {
      const Index row = exchanged ? x : y, column = exchanged ? y : x;
      std::copy_n(stored.at(from_bottom ? stored.height - 1 - row : row,
                            from_right ? stored.width - 1 - column : column),
                  3, image.at(y, x));
    }
  return image;
}

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  fail("cannot read the image {}: {}; copy it again or take it out", name, why);
}

Image decode_by_stb(std::span<const std::uint8_t> bytes, const ImageHeader& header, const std::string& name) {
  decoder::largest_block = block_limit(header);
  decoder::refused = false;
  int width = 0, height = 0, channels = 0;
  const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
      stbi_load_from_memory(bytes.data(), static_cast<int>(bytes.size()), &width, &height, &channels, 3),
      &stbi_image_free);
  if (!pixels && decoder::refused)
    refuse(name, fmt::format("its data hold more than the {} x {} pixels that its header declares",
                             header.height, header.width));
  if (!pixels) refuse(name, stbi_failure_reason());
  if (height != header.height || width != header.width) refuse(name, "its headers contradict each other");
  Image image(height, width);
  std::copy_n(pixels.get(), image.pixels.size(), image.pixels.data());
  return image;
}

}  // namespace

Image decode_image(std::span<const std::uint8_t> bytes, const std::string& name) {
  ImageHeader header;
  if (bytes.size() > image_limits::file_bytes)
    refuse(name, fmt::format("it has {} bytes; {} are allowed", bytes.size(), image_limits::file_bytes));
  if (const std::string damage = image_damage(bytes, header); !damage.empty()) refuse(name, damage);
  if (header.kind == ImageHeader::Kind::pnm) return format::decode_pnm(bytes);
  return upright(decode_by_stb(bytes, header, name), header.orientation);
}

Image read_image(const fs::path& file) {
  const std::string bytes = read_file(file, image_limits::file_bytes);
  return decode_image({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, shown(file));
}

bool has_image_name(const fs::path& file) {
  if (file.filename().native().starts_with('.')) return false;
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return ending == ".png" || ending == ".jpg" || ending == ".jpeg" || ending == ".bmp" || ending == ".ppm" ||
         ending == ".pgm";
}

}  // namespace triptych
