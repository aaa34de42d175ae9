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

enum class Keep { embeddings, patches };

// Centre crops of the given samples, in inference mode, a few at a time; `by` says which patches are pooled.
// With the model's options test-mirror and test-shift, an embedding is the mean of several views of the
// image, again of length 1; a calibrated model then takes out of it what calibration.h says.
EmbeddedImages embed(const Model& model, const ImageSource& images, std::span<const Index> samples,
                     PatchSelection::By by, Keep keep = Keep::embeddings, const OnProgress& progress = {});

}  // namespace triptych
