#pragma once
#include <cstdint>

#include "datasets/dataset.h"
#include "drawing/image.h"

namespace triptych {

// Matched pairs, the paper's figure 1: `count` people drawn at random, each seen by one camera above and by
// another below. Of a set of sequences: one person a block, as film strips of the first frames.
Image draw_pairs(const Dataset& dataset, Index count, std::uint64_t seed);

}  // namespace triptych
