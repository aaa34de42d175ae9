// The structure of a JPEG: segments (FF, marker, length, data) up to the end marker FF D9. Behind the header
// of a scan are its entropy-coded bits, in which FF is followed by 00 or by a restart marker alone.
// stb_image steps through the file by the same rules, so what it meets was checked here: above all the
// Huffman tables, for which it has room for 256 symbols and does not count them.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "datasets/image_format.h"

namespace triptych::format {
namespace {

enum Marker : int {
  frame = 0xC0,
  huffman = 0xC4,
  end = 0xD9,
  scan = 0xDA,
  quantisation = 0xDB,
  app1 = 0xE1,
  adobe = 0xEE
};

bool is_frame(int marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != huffman && marker != 0xC8 && marker != 0xCC;
}

// Tables of 16 counts (codes of 1, 2, ... 16 bits) and the symbols that they sum to. Codes of a length are
// numbered on from those of the one before: there must be room for them.
std::string huffman_fault(Bytes data) {
  constexpr const char* fault = "one of its Huffman tables is damaged";
  while (!data.empty()) {
    if (data.size() < 17 || (data[0] >> 4) > 1 || (data[0] & 15) > 3) return fault;
    std::size_t symbols = 0;
    std::uint32_t codes = 0;
    for (std::size_t length = 1; length <= 16; ++length) {
      symbols += data[length];
      codes = 2 * codes + data[length];
      if (codes > 1u << length) return fault;
    }
    if (symbols > 256 || data.size() < 17 + symbols) return fault;
    data = data.subspan(17 + symbols);
  }
  return "";
}

std::string quantisation_fault(Bytes data) {
  while (!data.empty()) {
    const std::size_t length = data[0] >> 4 ? 129 : 65;
    if ((data[0] >> 4) > 1 || (data[0] & 15) > 3 || data.size() < length)
      return "one of its quantisation tables is damaged";
    data = data.subspan(length);
  }
  return "";
}

struct Frame {
  int components = 0;
  bool has_adobe = false;
};

std::string frame_fault(Bytes data, int marker, Frame& seen, ImageHeader& header, std::size_t file_bytes) {
  if (seen.components) return "it has two frame headers";
  if (marker > frame + 2)
    return fmt::format(
        "it is a JPEG of a kind that is not read (lossless or arithmetic, SOF{}); save it as PNG",
        marker - frame);
  if (data.size() < 6 || data.size() != 6u + 3 * data[5]) return "its frame header is damaged";
  if (data[0] != 8) return fmt::format("it has {} bits a sample; JPEGs of 8 are read", data[0]);
  header.height = big16(data, 1), header.width = big16(data, 3);
  seen.components = data[5];
  if (seen.components != 1 && seen.components != 3 && seen.components != 4)
    return fmt::format("it has {} colour components; 1, 3 or 4 are read", seen.components);
  return size_fault(header, file_bytes);
}

// Behind the last byte of the entropy-coded bits that begin at `at`. To stb_image any number of FF is one: FF
// FF 00 belongs to the bits as FF 00 does, and what follows it is no segment.
std::size_t skip_bits(Bytes b, std::size_t at) {
  while (at + 1 < b.size()) {
    std::size_t next = at + 1;
    if (b[at] == 0xFF) {
      while (next < b.size() && b[next] == 0xFF) ++next;
      if (next < b.size() && b[next] != 0 && (b[next] < 0xD0 || b[next] > 0xD7)) return at;
    }
    at = next;
  }
  return b.size();
}

bool begins(Bytes data, std::string_view text) {
  return data.size() >= text.size() && std::equal(text.begin(), text.end(), data.begin());
}

std::string segment_fault(int marker, Bytes data, Frame& seen, ImageHeader& header, std::size_t file_bytes) {
  using namespace std::string_view_literals;
  if (marker == huffman) return huffman_fault(data);
  if (marker == quantisation) return quantisation_fault(data);
  if (is_frame(marker)) return frame_fault(data, marker, seen, header, file_bytes);
  if (marker == adobe && data.size() >= 12 && begins(data, "Adobe"sv)) seen.has_adobe = true;
  if (marker == app1 && begins(data, "Exif\0\0"sv)) header.orientation = exif_orientation(data.subspan(6));
  if (marker == scan && seen.components == 0) return "a scan stands before the frame header";
  return "";
}

}  // namespace

std::string jpeg_damage(Bytes b, ImageHeader& header) {
  Frame seen;
  bool scanned = false;
  for (std::size_t at = 2; at + 1 < b.size();) {
    if (b[at] != 0xFF || b[at + 1] == 0xFF) {  // filling between segments
      ++at;
      continue;
    }
    const int marker = b[at + 1];
    at += 2;
    if (marker == end) {
      if (!scanned) return "it holds no image";
      return seen.components == 4 && !seen.has_adobe
                 ? "it is a CMYK JPEG that does not say how its inks are stored; convert it to RGB"
                 : "";
    }
    if (at + 2 > b.size()) return cut_off;
    const std::size_t length = big16(b, at);
    if (length < 2) return "the length of one of its segments is damaged";
    if (length > b.size() - at) return cut_off;
    const std::string fault = segment_fault(marker, b.subspan(at + 2, length - 2), seen, header, b.size());
    if (!fault.empty()) return fault;
    at += length;
    if (marker == scan) at = skip_bits(b, at), scanned = true;
  }
  return cut_off;
}

}  // namespace triptych::format
