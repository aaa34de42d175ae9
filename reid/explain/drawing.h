#pragma once
#include <span>
#include <string>
#include <vector>

#include "drawing/image.h"
#include "reid/explain/contributions.h"

namespace triptych {

// A map [rows, columns] as characters, a line for each row: two characters a patch, from blank (0 or less)
// over shades to a full block (the largest value of the map, or `largest` if that is given).
std::vector<std::string> character_map(std::span<const double> map, const PatchGrid& grid,
                                       double largest = 0);

// An image beside its patches' contributions to the embedding: the crop, its gate, and its share of the
// embedding's length.
Image share_sheet(const std::string& title, const Image& crop, const PatchShares& shares);

// Two images: what they have in common on the left, what they differ in on the right, as heat over both, the
// largest pairs of patches joined by lines.
Image contribution_sheet(const std::string& title, const Image& first, const Image& second,
                         const PatchGrid& grid, const Contributions& all);

// Each patch's share of the embedding's squared length: sum over k of X_pk f_k, which sums to |f|^2 = 1.
// [patches]
std::vector<double> length_shares(const PatchShares& shares);

}  // namespace triptych
