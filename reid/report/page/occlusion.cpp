#include "reid/report/page/occlusion.h"

#include <algorithm>

#include "datasets/batch.h"
#include "reid/evaluation/ranking.h"

namespace triptych {
namespace {

std::vector<Real> crop_of(const Model& model, const ImageSource& images, Index sample) {
  const NetworkOptions& network = model.network->options();
  return centre_crops(images, {&sample, 1}, model.normalisation, network.crop_height, network.crop_width, 1);
}

// Embeddings of normalised crops, a few at a time.
std::vector<Real> embed_crops(const Model& model, std::span<const Real> crops) {
  constexpr std::size_t chunk = 32;
  const NetworkOptions& network = model.network->options();
  const auto size = static_cast<std::size_t>(network.crop_height * network.crop_width * 3);
  std::vector<Real> rows;
  for (std::size_t first = 0; first < crops.size() / size; first += chunk) {
    const std::size_t count = std::min(chunk, crops.size() / size - first);
    const Shape shape = {static_cast<Index>(count), network.crop_height, network.crop_width, 3};
    const Tensor part =
        Tensor::from(model.network->device(), shape, crops.subspan(first * size, count * size));
    const std::vector<Real> values = model.network->infer(part, model.selection).embedding.value.values();
    rows.insert(rows.end(), values.begin(), values.end());
  }
  return rows;
}

}  // namespace

OcclusionMap occlusion_map(const Model& model, const ImageSource& images, Index x, Index y) {
  const NetworkOptions& network = model.network->options();
  const Index height = network.crop_height, width = network.crop_width;
  const Index side = std::max<Index>(2, height / 6), step = std::max<Index>(1, side / 2);
  const std::vector<Real> plain = crop_of(model, images, x);

  OcclusionMap map;
  map.rows = (height + step - 1) / step, map.columns = (width + step - 1) / step;
  std::vector<Real> crops = plain;
  for (Index row = 0; row < map.rows; ++row)
    for (Index column = 0; column < map.columns; ++column) {
      std::vector<Real> covered = plain;  // 0 is the mean colour of the training images
      const Index middle_y = row * step + step / 2, middle_x = column * step + step / 2;
      for (Index v = std::max<Index>(0, middle_y - side / 2); v < std::min(height, middle_y + side / 2); ++v)
        for (Index u = std::max<Index>(0, middle_x - side / 2); u < std::min(width, middle_x + side / 2); ++u)
          std::fill_n(covered.begin() + (v * width + u) * 3, 3, Real(0));
      crops.insert(crops.end(), covered.begin(), covered.end());
    }
  const std::vector<Real> other = embed_crops(model, crop_of(model, images, y));
  const std::vector<Real> distances = distance_matrix(model.network->device(), embed_crops(model, crops),
                                                      other, model.network->embedding_size());
  map.distance = static_cast<double>(distances[0]);
  for (std::size_t i = 1; i < distances.size(); ++i)
    map.change.push_back(static_cast<double>(distances[i]) - map.distance);
  return map;
}

}  // namespace triptych
