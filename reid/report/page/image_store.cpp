#include "reid/report/page/image_store.h"

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

std::string jpeg(const Image& image) {
  constexpr int quality = 82;
  std::string bytes;
  require(stbi_write_jpg_to_func(append, &bytes, static_cast<int>(image.width),
                                 static_cast<int>(image.height), 3, image.pixels.data(), quality) != 0,
          "an image of {} x {} cannot be encoded as JPEG", image.height, image.width);
  return bytes;
}

std::string png(const Image& image) {
  std::string bytes;
  const int width = static_cast<int>(image.width);
  require(stbi_write_png_to_func(append, &bytes, width, static_cast<int>(image.height), 3,
                                 image.pixels.data(), 3 * width) != 0,
          "an image of {} x {} cannot be encoded as PNG", image.height, image.width);
  return bytes;
}

}  // namespace

Index ImageStore::add(const Image& image, const char* kind, const std::string& bytes) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
  stored_.push_back({image.width, image.height,
                     fmt::format("data:image/{};base64,{}", kind, base64({first, bytes.size()}))});
  return static_cast<Index>(stored_.size()) - 1;
}

Index ImageStore::photograph(const Image& image) {
  return add(image, "jpeg", jpeg(image));
}
Index ImageStore::photograph_at_most(Image image, Index height) {
  if (image.height > height)
    image = resize(image, height, std::max<Index>(1, height * image.width / image.height));
  return photograph(image);
}
Index ImageStore::drawing(const Image& image) {
  return add(image, "png", png(image));
}

Index ImageStore::photograph(Index sample) {
  const auto found = photographs_.find(sample);
  if (found != photographs_.end()) return found->second;
  return photographs_[sample] = photograph_at_most(images_.copy(sample), tallest);
}

std::vector<Index> ImageStore::film_strip(Index sample, Index most) {
  const auto found = film_strips_.find(sample);
  if (found != film_strips_.end()) return found->second;
  const ImageSource frames = images_.frames();
  const Index length = images_.length(sample), shown = std::min(most, length);
  std::vector<Index> strip;
  for (Index k = 0; k < shown; ++k) {
    const Index frame = shown == 1 ? length / 2 : k * (length - 1) / (shown - 1);
    strip.push_back(photograph_at_most(frames.copy(images_.first_frame(sample) + frame), tallest_frame));
  }
  return film_strips_[sample] = strip;
}

Index ImageStore::crop(Index sample, Index height, Index width) {
  const auto found = crops_.find(sample);
  if (found != crops_.end()) return found->second;
  return crops_[sample] = photograph(centre_of(images_.copy(sample), height, width));
}

std::string ImageStore::json() const {
  std::string text = "[";
  for (const Stored& image : stored_)
    text += fmt::format("{}{{\"w\":{},\"h\":{},\"uri\":\"{}\"}}", text.size() > 1 ? ",\n" : "", image.width,
                        image.height, image.uri);
  return text + "]";
}

Image centre_of(const Image& image, Index height, Index width) {
  Image crop(height, width);
  const Index top = (image.height - height) / 2, left = (image.width - width) / 2;
  for (Index y = 0; y < height; ++y) std::copy_n(image.at(top + y, left), width * 3, crop.at(y, 0));
  return crop;
}

}  // namespace triptych
