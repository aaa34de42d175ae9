#pragma once
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "datasets/dataset.h"
#include "datasets/image_source.h"
#include "kernels/real.h"

// Training without knowing who is who: two images are taken for one person when each is the other's nearest
// among all training images of the other camera. At first few of these pairs are right; a network trained on
// them embeds better than what made them, and the next E step pairs again.
namespace triptych {

class Device;

using Pairs = std::vector<std::pair<Index, Index>>;

// Positions (i, j): row i of `a` and row j of `b` are each other's nearest by L2 distance; ascending in i. Of
// equal distances the first counts. a [n, size], b [m, size].
Pairs mutual_nearest(const Device& device, std::span<const Real> a, std::span<const Real> b, Index size);

// The pairs among `samples`, as samples of the data set: between its two cameras, by the rows that `rows_of`
// makes of one camera's images. A data set of more cameras, or fewer than two pairs: Error.
using RowsOf = std::function<std::vector<Real>(std::span<const Index> samples)>;
Pairs pair_up(const Device& device, const Dataset& dataset, std::span<const Index> samples,
              const RowsOf& rows_of, Index size);

// What images can be paired by before any network has learnt: the mean and the deviation of each colour
// channel in each of 14 horizontal stripes, less their mean over the given images, so that a camera's own
// tint does not count; scaled to length 1. -> [samples.size(), stripe_colour_numbers]
inline constexpr Index stripe_colour_numbers = 14 * 3 * 2;
std::vector<Real> stripe_colours(const ImageSource& images, std::span<const Index> samples);

// `dataset` as one sees it who knows of the given samples only which pairs were made of them: pair k is
// person k, and every other sample a distractor.
Dataset relabelled(const Dataset& dataset, const Pairs& pairs);

// The share of the pairs that are right, by the labels of a data set that knows: for reports, never for
// training.
double share_right(const Dataset& dataset, const Pairs& pairs);

}  // namespace triptych
