#include "reid/features/siltp.h"

#include <algorithm>

namespace triptych {

std::vector<std::uint16_t> siltp(const Planes& grey, Index radius, float tau) {
  const Index height = grey.height, width = grey.width;
  std::vector<std::uint16_t> codes(static_cast<std::size_t>(height * width));
  for (Index y = 0; y < height; ++y) {
    const float* row = grey.plane(0) + y * width;
    const float* up = grey.plane(0) + std::max<Index>(y - radius, 0) * width;
    const float* down = grey.plane(0) + std::min(y + radius, height - 1) * width;
    for (Index x = 0; x < width; ++x) {
      const float low = (1 - tau) * row[x], high = (1 + tau) * row[x];
      const auto ternary = [low, high](float n) { return n < low ? 1 : n > high ? 2 : 0; };
      const float right = row[std::min(x + radius, width - 1)], left = row[std::max<Index>(x - radius, 0)];
      codes[static_cast<std::size_t>(y * width + x)] = static_cast<std::uint16_t>(
          ternary(right) + 3 * ternary(up[x]) + 9 * ternary(left) + 27 * ternary(down[x]));
    }
  }
  return codes;
}

}  // namespace triptych
