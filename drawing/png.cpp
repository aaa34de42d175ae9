#include <stb/stb_image_write.h>

#include <string>

#include "drawing/image.h"
#include "engine/error.h"
#include "engine/file.h"

namespace triptych {

void write_png(const std::filesystem::path& file, const Image& image) {
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
