#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "datasets/integrity.h"
#include "drawing/image.h"

// What the checks of the four formats share; for datasets/integrity.cpp, jpeg.cpp, pnm.cpp and exif.cpp.
namespace triptych::format {

using Bytes = std::span<const std::uint8_t>;

inline constexpr const char* cut_off = "the file is cut off";

inline std::uint32_t big16(Bytes b, std::size_t at) {
  return std::uint32_t(b[at]) << 8 | b[at + 1];
}
inline std::uint32_t big32(Bytes b, std::size_t at) {
  return big16(b, at) << 16 | big16(b, at + 2);
}
inline std::uint32_t little16(Bytes b, std::size_t at) {
  return std::uint32_t(b[at + 1]) << 8 | b[at];
}
inline std::uint32_t little32(Bytes b, std::size_t at) {
  return little16(b, at + 2) << 16 | little16(b, at);
}

// Width and height within image_limits, and for so many bytes of file.
std::string size_fault(const ImageHeader& header, std::size_t file_bytes);

// Each checks one format and fills `header`. The signature was seen.
std::string png_damage(Bytes b, ImageHeader& header);
std::string jpeg_damage(Bytes b, ImageHeader& header);
std::string bmp_damage(Bytes b, ImageHeader& header);
std::string pnm_damage(Bytes b, ImageHeader& header);

// The orientation in an EXIF block ("II*\0" or "MM\0*", then a list of tags); 1 when it says nothing valid.
int exif_orientation(Bytes tiff);

// The pixels of a PNM file that pnm_damage found good. Samples are scaled to 0..255 by the largest value that
// the file declares; 16-bit samples are big-endian.
Image decode_pnm(Bytes b);

}  // namespace triptych::format
