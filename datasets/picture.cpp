#include "datasets/picture.h"

#include <stb/stb_image.h>
#include <stb/stb_image_write.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <system_error>

#include "datasets/integrity.h"
#include "engine/error.h"

namespace triptych {
namespace fs = std::filesystem;

namespace {

std::vector<std::uint8_t> read_bytes(const fs::path& file) {
  std::error_code ignored;
  if (fs::is_directory(file, ignored)) fail("{} is a folder, not a picture", file.string());
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) fail("cannot open the picture {}: {}", file.string(), std::strerror(errno));
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(in.tellg()));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!in) fail("cannot read the picture {}: {}", file.string(), std::strerror(errno));
  return bytes;
}

}  // namespace

Picture decode_picture(std::span<const std::uint8_t> bytes, const std::string& name) {
  const std::string damage = picture_damage(bytes);
  if (!damage.empty()) fail("cannot read the picture {}: {}; copy it again or take it out", name, damage);
  int width = 0, height = 0, channels = 0;
  const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
      stbi_load_from_memory(bytes.data(), static_cast<int>(bytes.size()), &width, &height, &channels, 3),
      &stbi_image_free);
  if (!pixels)
    fail("cannot read the picture {}: {}; copy it again or take it out", name, stbi_failure_reason());
  Picture picture(height, width);
  std::copy_n(pixels.get(), picture.pixels.size(), picture.pixels.data());
  return picture;
}

Picture read_picture(const fs::path& file) {
  return decode_picture(read_bytes(file), file.string());
}

bool has_picture_name(const fs::path& file) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return ending == ".png" || ending == ".jpg" || ending == ".jpeg" || ending == ".bmp" || ending == ".ppm";
}

void write_png(const fs::path& file, const Picture& picture) {
  require(picture.height > 0 && picture.width > 0, "cannot write {}: the picture is empty", file.string());
  std::vector<std::uint8_t> bytes;
  const auto append = [](void* context, void* data, int size) {
    auto& to = *static_cast<std::vector<std::uint8_t>*>(context);
    const auto* from = static_cast<const std::uint8_t*>(data);
    to.insert(to.end(), from, from + size);
  };
  const bool encoded = stbi_write_png_to_func(append, &bytes, static_cast<int>(picture.width),
                                              static_cast<int>(picture.height), 3, picture.pixels.data(),
                                              static_cast<int>(picture.width * 3)) != 0;
  require(encoded, "cannot write {}: not enough memory to encode the picture", file.string());

  std::error_code error;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  if (error) fail("cannot make the folder {}: {}", file.parent_path().string(), error.message());
  // The process number keeps two programs that write the same file apart.
  const fs::path temporary = file.string() + fmt::format(".{}.part", getpid());
  std::FILE* out = std::fopen(temporary.c_str(), "wb");
  if (!out) fail("cannot write {}: {}", file.string(), std::strerror(errno));
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size();
  const int write_error = errno;
  const bool closed = std::fclose(out) == 0;  // a full disk may show itself only here
  if (!written || !closed) {
    const std::string reason = std::strerror(written ? errno : write_error);
    fs::remove(temporary, error);
    fail("cannot write {}: {}", file.string(), reason);
  }
  fs::rename(temporary, file, error);
  if (error) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    fail("cannot write {}: {}", file.string(), error.message());
  }
}

}  // namespace triptych
