#include <algorithm>

#include "datasets/image_format.h"

namespace triptych::format {

// A TIFF file: byte order, 42, the position of the first directory; the directory is a count and entries of
// 12 bytes (tag, type, count, value).
int exif_orientation(Bytes t) {
  constexpr std::uint32_t tag = 0x0112, short_type = 3;
  if (t.size() < 8) return 1;
  const bool little = t[0] == 'I' && t[1] == 'I', big = t[0] == 'M' && t[1] == 'M';
  if (!little && !big) return 1;
  const auto word = [&](std::size_t at) { return little ? little16(t, at) : big16(t, at); };
  const auto wide = [&](std::size_t at) { return little ? little32(t, at) : big32(t, at); };
  const std::size_t directory = wide(4);
  if (word(2) != 42 || directory > t.size() || t.size() - directory < 2) return 1;
  const std::size_t entries = std::min<std::size_t>(word(directory), (t.size() - directory - 2) / 12);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + 12 * i;
    if (word(at) != tag || word(at + 2) != short_type) continue;
    const auto value = static_cast<int>(word(at + 8));
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

}  // namespace triptych::format
