#pragma once
#include <vector>

#include "datasets/rectangle.h"
#include "reid/network/recurrent_tier.h"

namespace triptych {

// How much of each patch of a crop is not behind a rectangle: 1 where they do not overlap, 0 where it is
// covered; [rows * columns]. The rectangle is in pixels of the crop and may reach beyond it. A patch stands
// for its cell of a division of the crop into rows x columns equal parts, as in the maps of the report.
std::vector<Real> visible_shares(const NetworkOptions& options, const Rectangle& occluder);

}  // namespace triptych
