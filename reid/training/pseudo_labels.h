#pragma once
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "datasets/dataset.h"
#include "datasets/image_source.h"
#include "kernels/real.h"

// Training without identity labels: two images form a pair when each is the other's nearest neighbour among
// the training images of the other's camera. Few of the first pairs are correct; a network trained on them
// embeds better than the features that produced them, and the next E step computes new pairs. Between two
// cameras a pair is a pseudo identity; among more, images that pairs connect are, a cluster.
namespace triptych {

class Device;

using Pairs = std::vector<std::pair<Index, Index>>;

// Pairs (i, j) such that row i of `a` and row j of `b` are mutual nearest neighbours by L2 distance,
// ascending in i; the first one on a tie. a [n, size], b [m, size].
Pairs mutual_nearest(const Device& device, std::span<const Real> a, std::span<const Real> b, Index size);

// The pairs among `samples`, as samples of the data set; `rows_of` computes the features of one camera's
// images. Between two cameras all of them. Among more, where an image has a pair with each camera and within
// its own, the nearer half of them, nearest first, without those that would make a cluster of more than
// most_of_a_cluster images: a chain of wrong pairs connects everybody. Distances are in memory for the images
// of two cameras at a time. An Error for one camera, or fewer than two pairs.
inline constexpr Index most_of_a_cluster = 32;
using RowsOf = std::function<std::vector<Real>(std::span<const Index> samples)>;
Pairs pair_up(const Device& device, const Dataset& dataset, std::span<const Index> samples,
              const RowsOf& rows_of, Index size);

// Features for the first pairs, before a network is trained: mean and deviation of each colour channel in
// each of 14 horizontal stripes, minus their mean over the given images, which removes a camera's colour
// cast; scaled to length 1. -> [samples.size(), stripe_colour_numbers]
inline constexpr Index stripe_colour_numbers = 14 * 3 * 2;
std::vector<Real> stripe_colours(const ImageSource& images, std::span<const Index> samples);

// `dataset` with pseudo labels in place of identity labels: what pairs connect is an identity, in the order
// of their first pairs, so pair k is identity k where an image has one pair. Every other sample is a
// distractor.
Dataset relabelled(const Dataset& dataset, const Pairs& pairs);

// The share of the pairs that are correct by the labels of `dataset`: for reports, never for training.
double share_right(const Dataset& dataset, const Pairs& pairs);

}  // namespace triptych
