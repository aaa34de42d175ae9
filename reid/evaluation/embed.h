#pragma once
#include <span>
#include <vector>

#include "datasets/augment.h"
#include "datasets/image_source.h"
#include "reid/network/model.h"

namespace triptych {

// What the network makes of a list of images, on the host.
struct EmbeddedImages {
  Index count = 0, size = 0;
  PatchGrid grid{};
  std::vector<Real> embedding;  // [count, size], rows of length 1
  std::vector<Real> patches;    // [count, rows * columns, D], vectors of length 1; only if asked for
  std::vector<Real> gate;       // [count, rows * columns], the gate's probabilities; only if asked for
  std::vector<Real> visible;    // [count, S], the visible shares of the strips; only with --visible

  Index patch_size() const {
    return count ? static_cast<Index>(patches.size()) / (count * grid.patches()) : 0;
  }
  std::span<const Real> row(Index i) const {
    return {embedding.data() + i * size, static_cast<std::size_t>(size)};
  }
};

// The ways of looking at an image that an embedding is the mean of; the plain one, from the middle, comes
// first.
std::vector<View> testing_views(const TestingOptions& options);
// The network's input: a normalised crop of each sample, [samples, crop_height, crop_width, 3] on the model's
// device.
Tensor network_input(const Model& model, const ImageSource& images, std::span<const Index> samples,
                     const View& view);

// patches, cells: those after or before the recurrence as well, in `patches`. uncalibrated: embeddings before
// calibration, which are what it measures.
enum class Keep { embeddings, patches, cells, uncalibrated };

// Images go through the network in groups of so many: enough to fill the cores, few enough to stay small.
inline constexpr Index embedded_together = 32;

// Centre crops of the given samples, in inference mode, a group at a time; `by` says which patches are
// pooled. With the model's options test-mirror and test-shift, an embedding is the mean of several views of
// the image, again of length 1; a calibrated model then takes out of it what calibration.h says. With
// unit-strips each strip is averaged, calibrated and scaled to one length by itself, and with --visible then
// weighted by its visible share. test-occluders replaces `by` by the true mask of the images' occluders.
// Ranks share the groups, when there are several, and each gets all rows.
EmbeddedImages embed(const Model& model, const ImageSource& images, std::span<const Index> samples,
                     PatchSelection::By by, Keep keep = Keep::embeddings, const OnProgress& progress = {});

}  // namespace triptych
