#include "reid/evaluation/embed.h"

#include <algorithm>

#include "datasets/batch.h"
#include "engine/error.h"
#include "engine/stop.h"
#include "reid/evaluation/calibration.h"

namespace triptych {
namespace {

void append(std::vector<Real>& all, const std::vector<Real>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

std::vector<View> testing_views(const TestingOptions& options) {
  std::vector<View> views = {{}};
  if (const Index s = options.shift; s > 0)
    views.insert(views.end(), {{-s, 0}, {s, 0}, {0, -s / 2}, {0, s / 2}});
  if (!options.mirror) return views;
  for (std::size_t i = 1, upright = views.size(); i < upright; ++i)
    views.push_back({views[i].down, views[i].right, true});
  views.push_back({0, 0, true});
  return views;
}

Tensor network_input(const Model& model, const ImageSource& images, std::span<const Index> samples,
                     const View& view) {
  const NetworkOptions& options = model.network->options();
  const Device& device = model.network->device();
  const std::vector<Real> crops = centre_crops(images, samples, model.normalisation, options.crop_height,
                                               options.crop_width, device.context().threads, view);
  const Shape shape = {static_cast<Index>(samples.size()), options.crop_height, options.crop_width, 3};
  return Tensor::from(device, shape, std::span<const Real>(crops));
}

EmbeddedImages embed(const Model& model, const ImageSource& images, std::span<const Index> samples,
                     PatchSelection::By by, Keep keep, const OnProgress& progress) {
  constexpr std::size_t chunk = 32;  // images at a time: enough to fill the cores, few enough to stay small
  const NetworkOptions& options = model.network->options();
  require(images.height() == options.image_height && images.width() == options.image_width,
          "images were loaded at {} x {}, the network wants {} x {}", images.height(), images.width(),
          options.image_height, options.image_width);
  EmbeddedImages result;
  result.count = static_cast<Index>(samples.size());
  result.size = model.network->embedding_size();
  result.grid = model.network->grid();
  result.embedding.reserve(static_cast<std::size_t>(result.count * result.size));
  const std::vector<View> views = testing_views(model.options.testing);
  for (std::size_t first = 0; first < samples.size(); first += chunk) {
    stop_point();
    const auto part = samples.subspan(first, std::min(chunk, samples.size() - first));
    const NetworkOutput out = model.network->infer(network_input(model, images, part, views.front()), by);
    Variable embedding = out.embedding;
    for (const View& view : std::span(views).subspan(1))
      embedding =
          add(embedding, model.network->infer(network_input(model, images, part, view), by).embedding);
    append(result.embedding, (views.size() == 1 ? embedding : l2_normalise(embedding)).value.values());
    if (progress) progress(static_cast<Index>(first + part.size()), result.count);
    if (keep != Keep::patches) continue;
    append(result.patches, l2_normalise(out.patches).value.values());
    append(result.gate, sigmoid(out.gate).value.values());
  }
  apply_calibration(model, images, samples, result.embedding);
  return result;
}

}  // namespace triptych
