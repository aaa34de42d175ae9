#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "reid/evaluation/embed.h"
#include "reid/evaluation/ranking.h"

// The E step of the EM loop over patches (Hou et al. 2016): which patches tell who is on the image?
// The M step is the training itself, with the patches of V = 1 alone taking part.
namespace triptych {

// The hidden labels V of a list of images, and the smoothed similarity map they were cut from.
struct PatchLabels {
  PatchGrid grid{};
  std::vector<std::uint8_t> v;  // [images, rows * columns]: 1 = discriminative
  std::vector<Real> map;        // [images, rows * columns]: s_ij after smoothing, in 0..1

  static PatchLabels everything(Index images, const PatchGrid& grid);  // the start: every V = 1
  double share_kept() const;
};

// s_ij = P(y_i | x_ij): softmax over the people of another camera of -(squared distance of patch j to its
// best match in their image) / temperature, taken at the right person; the best match lies at most `reach`
// grid rows away. Each person stands as a candidate with one image per view: the first one from a camera
// other than the query's.
//   bag.patches [n, patches, D] of unit length; who names the n images -> [n, patches]
std::vector<Real> similarity_map(const Device& device, const EmbeddedImages& bag, const Who& who,
                                 double temperature, Index reach);

// The p-th percentile (0..100) with linear interpolation between neighbours, as numpy computes it.
double percentile(std::span<const Real> values, double p);

// V_ij = 1 where the map reaches T_ij = min(H_i, R): H_i the P1-th percentile inside image i, R the P2-th
// percentile over all images of the same camera.
std::vector<std::uint8_t> threshold_map(const Device& device, std::span<const Real> map,
                                        std::span<const std::int32_t> camera, Index patches,
                                        double image_percentile, double camera_percentile);

// The whole E step: similarity map, smoothing, thresholds.
PatchLabels e_step(const Device& device, const EmbeddedImages& bag, const Who& who, double temperature,
                   const EmOptions& options);

// The share of labels in which two rounds differ: the stop rule's measure.
double share_changed(const PatchLabels& before, const PatchLabels& after);

}  // namespace triptych
