#include "datasets/image.h"

#include <stb/stb_image.h>

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

}  // namespace triptych
