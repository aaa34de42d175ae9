#include "datasets/image.h"

#include <stb/stb_image.h>
#include <stb/stb_image_write.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "datasets/integrity.h"
#include "engine/error.h"
#include "engine/file.h"

namespace triptych {
namespace fs = std::filesystem;

Image decode_image(std::span<const std::uint8_t> bytes, const std::string& name) {
  const std::string damage = image_damage(bytes);
  if (!damage.empty()) fail("cannot read the image {}: {}; copy it again or take it out", name, damage);
  int width = 0, height = 0, channels = 0;
  const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
      stbi_load_from_memory(bytes.data(), static_cast<int>(bytes.size()), &width, &height, &channels, 3),
      &stbi_image_free);
  if (!pixels)
    fail("cannot read the image {}: {}; copy it again or take it out", name, stbi_failure_reason());
  Image image(height, width);
  std::copy_n(pixels.get(), image.pixels.size(), image.pixels.data());
  return image;
}

Image read_image(const fs::path& file) {
  const std::string bytes = read_file(file);
  return decode_image({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, file.string());
}

bool has_image_name(const fs::path& file) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return ending == ".png" || ending == ".jpg" || ending == ".jpeg" || ending == ".bmp" || ending == ".ppm";
}

void write_png(const fs::path& file, const Image& image) {
  require(image.height > 0 && image.width > 0, "cannot write {}: the image is empty", file.string());
  std::string bytes;
  const auto append = [](void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
  };
  const int width = static_cast<int>(image.width), height = static_cast<int>(image.height);
  require(stbi_write_png_to_func(append, &bytes, width, height, 3, image.pixels.data(), 3 * width) != 0,
          "cannot write {}: not enough memory to encode an image of {} x {}", file.string(), height, width);
  write_file(file, bytes);
}

}  // namespace triptych
