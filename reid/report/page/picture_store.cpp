#include "reid/report/page/picture_store.h"

#include <fmt/format.h>
#include <stb/stb_image_write.h>

#include <algorithm>

#include "engine/error.h"
#include "reid/report/page/base64.h"

namespace triptych {
namespace {

void append(void* to, void* data, int size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

std::string jpeg(const Picture& picture) {
  constexpr int quality = 82;
  std::string bytes;
  require(stbi_write_jpg_to_func(append, &bytes, static_cast<int>(picture.width),
                                 static_cast<int>(picture.height), 3, picture.pixels.data(), quality) != 0,
          "a picture of {} x {} cannot be encoded as JPEG", picture.height, picture.width);
  return bytes;
}

std::string png(const Picture& picture) {
  std::string bytes;
  const int width = static_cast<int>(picture.width);
  require(stbi_write_png_to_func(append, &bytes, width, static_cast<int>(picture.height), 3,
                                 picture.pixels.data(), 3 * width) != 0,
          "a picture of {} x {} cannot be encoded as PNG", picture.height, picture.width);
  return bytes;
}

}  // namespace

Index PictureStore::add(const Picture& picture, const char* kind, const std::string& bytes) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
  stored_.push_back({picture.width, picture.height,
                     fmt::format("data:image/{};base64,{}", kind, base64({first, bytes.size()}))});
  return static_cast<Index>(stored_.size()) - 1;
}

Index PictureStore::photograph(const Picture& picture) {
  return add(picture, "jpeg", jpeg(picture));
}
Index PictureStore::drawing(const Picture& picture) {
  return add(picture, "png", png(picture));
}

Index PictureStore::photograph(Index sample) {
  const auto found = photographs_.find(sample);
  if (found != photographs_.end()) return found->second;
  Picture picture = pictures_.copy(sample);
  if (picture.height > tallest)
    picture = resize(picture, tallest, std::max<Index>(1, tallest * picture.width / picture.height));
  return photographs_[sample] = photograph(picture);
}

Index PictureStore::crop(Index sample, Index height, Index width) {
  const auto found = crops_.find(sample);
  if (found != crops_.end()) return found->second;
  return crops_[sample] = photograph(centre_of(pictures_.copy(sample), height, width));
}

std::string PictureStore::json() const {
  std::string text = "[";
  for (const Stored& picture : stored_)
    text += fmt::format("{}{{\"w\":{},\"h\":{},\"uri\":\"{}\"}}", text.size() > 1 ? ",\n" : "", picture.width,
                        picture.height, picture.uri);
  return text + "]";
}

Picture centre_of(const Picture& picture, Index height, Index width) {
  Picture crop(height, width);
  const Index top = (picture.height - height) / 2, left = (picture.width - width) / 2;
  for (Index y = 0; y < height; ++y) std::copy_n(picture.at(top + y, left), width * 3, crop.at(y, 0));
  return crop;
}

}  // namespace triptych
