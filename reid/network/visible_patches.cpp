#include "reid/network/visible_patches.h"

#include <algorithm>

namespace triptych {
namespace {

// The length of what two intervals have in common.
double overlap(double begin, double end, Index first, Index length) {
  return std::max(
      0.0, std::min(end, static_cast<double>(first + length)) - std::max(begin, static_cast<double>(first)));
}

}  // namespace

std::vector<Real> visible_shares(const NetworkOptions& options, const Rectangle& occluder) {
  const PatchGrid grid = patch_grid(options);
  const double height = static_cast<double>(options.crop_height) / static_cast<double>(grid.rows),
               width = static_cast<double>(options.crop_width) / static_cast<double>(grid.columns);
  std::vector<Real> shares;
  for (Index row = 0; row < grid.rows; ++row)
    for (Index column = 0; column < grid.columns; ++column) {
      const double y = static_cast<double>(row) * height, x = static_cast<double>(column) * width;
      const double hidden = occluder.empty() ? 0
                                             : overlap(y, y + height, occluder.top, occluder.height) *
                                                   overlap(x, x + width, occluder.left, occluder.width);
      shares.push_back(static_cast<Real>(1 - hidden / (height * width)));
    }
  return shares;
}

}  // namespace triptych
