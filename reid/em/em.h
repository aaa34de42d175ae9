#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "reid/em/patch_bag.h"
#include "reid/evaluation/ranking.h"

// The E step of the EM loop over patches (Hou et al. 2016): it estimates which patches are discriminative.
// The M step is the training, restricted to patches with V = 1.
namespace triptych {

// The latent labels V of a list of images, and the smoothed similarity map that was thresholded.
struct PatchLabels {
  PatchGrid grid{};
  std::vector<std::uint8_t> v;       // [images, rows * columns]: 1 = discriminative
  std::vector<Real> map;             // [images, rows * columns]: s_ij after smoothing, in 0..1
  std::vector<Real> posterior = {};  // [images, rows * columns]: P(V = 1 | s), with --em-soft alone

  static PatchLabels everything(Index images, const PatchGrid& grid);  // the initial state: every V = 1
  double share_kept() const;
};

// s_ij = P(y_i | x_ij): softmax over the identities seen by other cameras, with logits -(squared distance of
// patch j to its best match in the candidate image) / temperature, taken at the image's own identity. The
// best match is at most `reach` grid rows away. The candidate image of an identity is its first one from a
// camera other than the query's; with ECandidates::all every image from another camera is matched, and the
// best of an identity's images stands for it.
//   bag: n images; `who` has their identities and cameras -> [n, patches]. `progress` counts images.
std::vector<Real> similarity_map(const Device& device, const PatchBag& bag, const Who& who,
                                 double temperature, Index reach, const OnProgress& progress = {},
                                 ECandidates candidates = ECandidates::first);

// The same within a batch of K views (reid/loss/losses.h): patches [K P, rows, columns, D]; the identity of
// row i is that of row i + P, and its P candidates are the images of the next view -> [K P, rows * columns].
std::vector<Real> batch_similarity_map(const Tensor& patches, double temperature, Index reach,
                                       Index views = 2);

// The p-th percentile (0..100) with linear interpolation between neighbours, as numpy computes it.
double percentile(std::span<const Real> values, double p);

// V_ij = 1 where the map reaches T_ij = min(H_i, R): H_i the P1-th percentile inside image i, R the P2-th
// percentile over all images of the same camera.
std::vector<std::uint8_t> threshold_map(const Device& device, std::span<const Real> map,
                                        std::span<const std::int32_t> camera, Index patches,
                                        double image_percentile, double camera_percentile);

// Smooths a map s and thresholds it as the options say; `candidates`: K, how many identities s was a
// probability among. With the prior's rule
//
//   P(V = 1 | s) = pi s / (pi s + (1 - pi) / K),
//
// for a patch that is not discriminative assigns its image to each of K identities alike. With the mixture's,
// the posterior of the upper of two Gaussians of one variance, fitted to log s of all images of a camera.
PatchLabels label_patches(const Device& device, const PatchGrid& grid, std::span<const Real> s,
                          std::span<const std::int32_t> camera, Index candidates, const EmOptions& options);

// Two Gaussians with common variance, by 50 rounds of EM from the quartiles on.
struct LogMixture {
  double low = 0, high = 0, variance = 1, share = 0.5;  // means, and the weight of the upper one
  double posterior(double log_s) const;                 // of the upper one
};
LogMixture fit_log_mixture(std::span<const double> log_s);

// The whole E step: similarity map, smoothing, thresholds.
PatchLabels e_step(const Device& device, const PatchBag& bag, const Who& who, double temperature,
                   const EmOptions& options, const OnProgress& progress = {});

// The share of labels that differ between two rounds, for the stopping rule.
double share_changed(const PatchLabels& before, const PatchLabels& after);

}  // namespace triptych
