#include "reid/evaluation/embed.h"

#include <algorithm>

#include "datasets/batch.h"
#include "engine/error.h"

namespace triptych {
namespace {

void append(std::vector<Real>& all, const std::vector<Real>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

// The network's input: centre crops of the samples, or their mirror images.
Tensor crops_of(const Model& model, const PictureSet& pictures, std::span<const Index> samples, bool mirror) {
  const NetworkOptions& options = model.network->options();
  Device& device = model.network->device();
  const std::vector<Real> crops = centre_crops(pictures, samples, model.normalisation, options.crop_height,
                                               options.crop_width, device.context().threads, mirror);
  const Shape shape = {static_cast<Index>(samples.size()), options.crop_height, options.crop_width, 3};
  return Tensor::from(device, shape, std::span<const Real>(crops));
}

}  // namespace

EmbeddedPictures embed(const Model& model, const PictureSet& pictures, std::span<const Index> samples,
                       PatchSelection::By by, Keep keep) {
  constexpr std::size_t chunk = 32;  // pictures at a time: enough to fill the cores, few enough to stay small
  const NetworkOptions& options = model.network->options();
  require(pictures.height == options.picture_height && pictures.width == options.picture_width,
          "pictures were loaded at {} x {}, the network wants {} x {}", pictures.height, pictures.width,
          options.picture_height, options.picture_width);
  EmbeddedPictures result;
  result.count = static_cast<Index>(samples.size());
  result.size = model.network->embedding_size();
  result.grid = model.network->grid();
  for (std::size_t first = 0; first < samples.size(); first += chunk) {
    const auto part = samples.subspan(first, std::min(chunk, samples.size() - first));
    const NetworkOutput out = model.network->infer(crops_of(model, pictures, part, false), by);
    Variable embedding = out.embedding;
    if (model.options.testing.mirror) {
      const NetworkOutput mirrored = model.network->infer(crops_of(model, pictures, part, true), by);
      embedding = l2_normalise(add(embedding, mirrored.embedding));
    }
    append(result.embedding, embedding.value.values());
    if (keep != Keep::patches) continue;
    append(result.patches, l2_normalise(out.patches).value.values());
    append(result.gate, sigmoid(out.gate).value.values());
  }
  return result;
}

}  // namespace triptych
