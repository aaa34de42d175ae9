#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "reid/network/recurrent_tier.h"

// How well a map over the patches of images tells patches of one kind from others.
namespace triptych {

// A score for each patch, and what it is: 1 of the kind that should score high, 0 of the other; patches of
// neither kind have -1 and do not count.
struct ScoredPatches {
  std::vector<Real> score;
  std::vector<std::int8_t> kind;
};

// The area under the ROC curve: the probability that a patch of kind 1 scores higher than one of kind 0, half
// for a tie. NaN when either kind has no patch.
double area_under_curve(const ScoredPatches& patches);

// Scores that know only where a patch is: the share of kind 1 among the patches of its row plus the share
// among those of its column, over all images [images, rows * columns] of `kind`. A map over images that beats
// them has seen the images.
std::vector<Real> position_only(const PatchGrid& grid, std::span<const std::int8_t> kind);

}  // namespace triptych
