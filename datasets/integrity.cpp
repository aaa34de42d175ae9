#include "datasets/integrity.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

namespace triptych {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr const char* cut_off = "the file is cut off";

std::uint32_t big_endian(Bytes b, std::size_t at) {
  return std::uint32_t(b[at]) << 24 | std::uint32_t(b[at + 1]) << 16 | std::uint32_t(b[at + 2]) << 8 |
         b[at + 3];
}

std::uint32_t little_endian(Bytes b, std::size_t at) {
  return std::uint32_t(b[at + 3]) << 24 | std::uint32_t(b[at + 2]) << 16 | std::uint32_t(b[at + 1]) << 8 |
         b[at];
}

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

// A PNG is a signature and chunks (length, type, data, checksum of type and data); the last one is IEND.
std::string png_damage(Bytes b) {
  std::size_t at = 8;
  while (at + 12 <= b.size()) {
    const std::size_t length = big_endian(b, at);
    if (length > b.size() - at - 12) return cut_off;
    const Bytes type_and_data = b.subspan(at + 4, 4 + length);
    if (crc32(type_and_data) != big_endian(b, at + 8 + length))
      return "a checksum is wrong: the file is damaged";
    if (std::equal(type_and_data.begin(), type_and_data.begin() + 4, "IEND")) return "";
    at += 12 + length;
  }
  return cut_off;
}

// A JPEG ends with the marker FF D9. Between the start of its last scan (FF DA) and there, FF is always
// followed by 00 or by a restart marker, so the search cannot be misled by pixels, nor by the thumbnail in an
// EXIF header.
std::string jpeg_damage(Bytes b) {
  bool ended = false;
  for (std::size_t i = 2; i + 1 < b.size(); ++i) {
    if (b[i] != 0xFF) continue;
    if (b[i + 1] == 0xDA) ended = false;
    if (b[i + 1] == 0xD9) ended = true;
  }
  return ended ? "" : cut_off;
}

// Uncompressed rows are padded to four bytes.
std::string bmp_damage(Bytes b) {
  if (b.size() < 30) return cut_off;
  const std::uint64_t data = little_endian(b, 10), header = little_endian(b, 14);
  if (header < 40) return "";  // the OS/2 header of 1987: left to the decoder
  const auto width = static_cast<std::int32_t>(little_endian(b, 18));
  const auto height = static_cast<std::int32_t>(little_endian(b, 22));
  const std::uint64_t bits = b[28] | std::uint32_t(b[29]) << 8;
  const std::uint64_t rows = static_cast<std::uint64_t>(height < 0 ? -std::int64_t(height) : height);
  const std::uint64_t row = (static_cast<std::uint64_t>(std::max(width, 0)) * bits + 31) / 32 * 4;
  return b.size() < data + rows * row ? cut_off : "";
}

// P5 (grey) or P6 (RGB): three numbers in ASCII (width, height, largest value), one blank, the samples.
std::string pnm_damage(Bytes b) {
  std::uint64_t number[3];
  std::size_t at = 2;
  for (std::uint64_t& n : number) {
    while (at < b.size() && (std::isspace(b[at]) || b[at] == '#')) {
      if (b[at] == '#')
        while (at < b.size() && b[at] != '\n') ++at;
      else
        ++at;
    }
    n = 0;
    for (; at < b.size() && std::isdigit(b[at]) && n < 1000000; ++at) n = n * 10 + (b[at] - '0');
  }
  const std::uint64_t sample_bytes = number[2] > 255 ? 2 : 1, channels = b[1] == '6' ? 3 : 1;
  return b.size() < at + 1 + number[0] * number[1] * channels * sample_bytes ? cut_off : "";
}

bool starts_with(Bytes b, std::initializer_list<int> prefix) {
  return b.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), b.begin(), [](int x, std::uint8_t y) { return x == y; });
}

}  // namespace

std::string image_damage(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return "the file is empty";
  if (starts_with(bytes, {0x89, 'P', 'N', 'G', 13, 10, 26, 10})) return png_damage(bytes);
  if (starts_with(bytes, {0xFF, 0xD8})) return jpeg_damage(bytes);
  if (starts_with(bytes, {'B', 'M'})) return bmp_damage(bytes);
  if (starts_with(bytes, {'P', '5'}) || starts_with(bytes, {'P', '6'})) return pnm_damage(bytes);
  return "it is not a PNG, JPEG, BMP or PPM image";
}

}  // namespace triptych
