#include "datasets/integrity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "datasets/image_format.h"

namespace triptych {
namespace format {

std::string size_fault(const ImageHeader& h, std::size_t file_bytes) {
  if (h.height <= 0 || h.width <= 0)
    return fmt::format("its header declares an empty image of {} x {}", h.height, h.width);
  // Divided, since sides come from fields of 32 bits and their product may not fit.
  if (h.height > image_limits::pixels / h.width)
    return fmt::format("its header declares {} x {} pixels; {} in all are allowed", h.height, h.width,
                       image_limits::pixels);
  if (h.height * h.width > image_limits::pixels_a_byte * static_cast<Index>(file_bytes))
    return fmt::format("its header declares {} x {} pixels, which a file of {} bytes cannot hold", h.height,
                       h.width, file_bytes);
  return "";
}

namespace {

// CRC-32 of PNG (ISO 3309): the remainder of the bits as a polynomial, reflected, divided by 0xEDB88320.
std::uint32_t crc32(Bytes bytes) {
  static const std::array<std::uint32_t, 256> table = [] {
    std::array<std::uint32_t, 256> t{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t c = i;
      for (int bit = 0; bit < 8; ++bit) c = (c & 1) ? 0xEDB88320u ^ (c >> 1) : c >> 1;
      t[i] = c;
    }
    return t;
  }();
  std::uint32_t c = 0xFFFFFFFFu;
  for (const std::uint8_t byte : bytes) c = table[(c ^ byte) & 0xFF] ^ (c >> 8);
  return ~c;
}

bool is_type(Bytes type, std::string_view name) {
  return std::equal(name.begin(), name.end(), type.begin());
}

// Of "IHDR" and its data: the sizes, then depth and colour type.
std::string png_header_fault(Bytes chunk, ImageHeader& header, std::size_t file_bytes) {
  if (is_type(chunk, "CgBI"))
    return "it is Apple's own variant of PNG (CgBI); convert it with a program that reads it";
  if (!is_type(chunk, "IHDR") || chunk.size() != 4 + 13) return "its first chunk is not a PNG header";
  header.width = big32(chunk, 4), header.height = big32(chunk, 8);
  return size_fault(header, file_bytes);
}

}  // namespace

// A PNG is a signature and chunks (length, type, data, checksum of type and data); the last one is IEND.
std::string png_damage(Bytes b, ImageHeader& header) {
  std::size_t at = 8;
  while (at + 12 <= b.size()) {
    const std::size_t length = big32(b, at);
    if (length > b.size() - at - 12) return cut_off;
    const Bytes chunk = b.subspan(at + 4, 4 + length);  // type and data
    if (at == 8)
      if (const std::string fault = png_header_fault(chunk, header, b.size()); !fault.empty()) return fault;
    if (crc32(chunk) != big32(b, at + 8 + length)) return "a checksum is wrong: the file is damaged";
    if (is_type(chunk, "eXIf")) header.orientation = exif_orientation(chunk.subspan(4));
    if (is_type(chunk, "IEND")) return "";
    at += 12 + length;
  }
  return cut_off;
}

// Two headers are in use: OS/2's of 12 bytes with sides of 16 bits, and Windows' of 40 and more. Uncompressed
// rows are padded to four bytes.
std::string bmp_damage(Bytes b, ImageHeader& header) {
  if (b.size() < 30) return cut_off;
  const std::uint64_t data = little32(b, 10), length = little32(b, 14);
  const bool old = length == 12;
  if (!old && (length < 40 || length > 124)) return "its header is not one of a BMP";
  header.width = old ? Index(little16(b, 18)) : Index(static_cast<std::int32_t>(little32(b, 18)));
  header.height = old ? Index(little16(b, 20)) : Index(static_cast<std::int32_t>(little32(b, 22)));
  if (header.height < 0) header.height = -header.height;  // rows from the top down
  if (const std::string fault = size_fault(header, b.size()); !fault.empty()) return fault;
  const std::uint64_t bits = little16(b, old ? 24 : 28);
  if (!old && b.size() < 34) return cut_off;
  if (!old && little32(b, 30) != 0 && little32(b, 30) != 3)
    return "it is a compressed BMP, which is not read; save it as PNG";
  const std::uint64_t row = (static_cast<std::uint64_t>(header.width) * bits + 31) / 32 * 4;
  if (data < 14 + length || data > b.size()) return "its pixels would begin outside of the file";
  return b.size() - data < static_cast<std::uint64_t>(header.height) * row ? cut_off : "";
}

}  // namespace format

namespace {

bool starts_with(std::span<const std::uint8_t> b, std::initializer_list<int> prefix) {
  return b.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), b.begin(), [](int x, std::uint8_t y) { return x == y; });
}

}  // namespace

std::string image_damage(std::span<const std::uint8_t> bytes, ImageHeader& header) {
  using Kind = ImageHeader::Kind;
  header = {};
  if (bytes.empty()) return "the file is empty";
  if (starts_with(bytes, {0x89, 'P', 'N', 'G', 13, 10, 26, 10})) {
    header.kind = Kind::png;
    return format::png_damage(bytes, header);
  }
  if (starts_with(bytes, {0xFF, 0xD8})) {
    header.kind = Kind::jpeg;
    return format::jpeg_damage(bytes, header);
  }
  if (starts_with(bytes, {'B', 'M'})) {
    header.kind = Kind::bmp;
    return format::bmp_damage(bytes, header);
  }
  if (starts_with(bytes, {'P', '5'}) || starts_with(bytes, {'P', '6'})) {
    header.kind = Kind::pnm;
    return format::pnm_damage(bytes, header);
  }
  return "it is not a PNG, JPEG, BMP or PPM image";
}

std::string image_damage(std::span<const std::uint8_t> bytes) {
  ImageHeader header;
  return image_damage(bytes, header);
}

}  // namespace triptych
