#include "reid/report/page/filters.h"

#include <algorithm>

#include "datasets/batch.h"
#include "engine/ops.h"
#include "reid/report/page/image_store.h"

namespace triptych {
namespace {

constexpr std::size_t searched_images = 64, chunk = 16;

// The weights [kernel, kernel, 3, filters]; null when the network has no such layer.
const Tensor* first_weights(const ParameterList& parameters) {
  for (const NamedParameter& p : parameters)
    if (p.name == "tier1.block1.convolution.weight") return &p.parameter->value;
  return nullptr;
}

Image filter_image(const std::vector<Real>& w, const Shape& shape, Index filter) {
  const auto at = [&](Index pixel, Index channel) {
    return w[static_cast<std::size_t>((pixel * shape[2] + channel) * shape[3] + filter)];
  };
  Real largest = Real(1e-12);
  for (Index i = 0; i < shape[0] * shape[1]; ++i)
    for (Index c = 0; c < 3; ++c) largest = std::max(largest, std::abs(at(i, c)));
  Image image(shape[0], shape[1]);
  for (Index i = 0; i < shape[0] * shape[1]; ++i)
    for (Index c = 0; c < 3; ++c)
      image.pixels[static_cast<std::size_t>(i * 3 + c)] = static_cast<std::uint8_t>(
          std::clamp(Real(127.5) + Real(127.5) * at(i, c) / largest, Real(0), Real(255)));
  return image;
}

// A square of `side` pixels around (row, column); beyond the border its last pixel is repeated.
Image square(const Image& image, Index row, Index column, Index side) {
  Image part(side, side);
  for (Index y = 0; y < side; ++y)
    for (Index x = 0; x < side; ++x)
      std::copy_n(image.at(std::clamp<Index>(row + y - side / 2, 0, image.height - 1),
                           std::clamp<Index>(column + x - side / 2, 0, image.width - 1)),
                  3, part.at(y, x));
  return part;
}

// The strongest place of each image for each filter: responses [n, height, width, filters].
void add_strongest(const Tensor& responses, std::span<const Index> samples,
                   std::vector<std::vector<StrongPatch>>& by_filter) {
  const Shape& shape = responses.shape();
  const std::vector<Real> values = responses.values();
  for (Index n = 0; n < shape[0]; ++n)
    for (Index filter = 0; filter < shape[3]; ++filter) {
      StrongPatch best;
      best.sample = samples[static_cast<std::size_t>(n)];
      for (Index i = 0; i < shape[1] * shape[2]; ++i) {
        const Real response =
            values[static_cast<std::size_t>((n * shape[1] * shape[2] + i) * shape[3] + filter)];
        if (i > 0 && response <= best.response) continue;
        best.response = response, best.row = i / shape[2], best.column = i % shape[2];
      }
      by_filter[static_cast<std::size_t>(filter)].push_back(best);
    }
}

std::vector<Index> images_to_search(const Tested& tested) {
  std::vector<Index> all = tested.protocol.query;
  all.insert(all.end(), tested.protocol.gallery.begin(), tested.protocol.gallery.end());
  const std::size_t count = std::min(searched_images, all.size());
  std::vector<Index> samples;
  for (std::size_t i = 0; i < count; ++i) samples.push_back(all[i * all.size() / count]);
  return samples;
}

}  // namespace

std::vector<FilterView> first_filters(const Tested& tested, std::size_t count) {
  const ParameterList parameters = tested.model.network->parameters();
  const Tensor* weight = first_weights(parameters);
  if (!weight) return {};
  const NetworkOptions& options = tested.model.network->options();
  const Shape& shape = weight->shape();
  const std::vector<Index> samples = images_to_search(tested);
  std::vector<std::vector<StrongPatch>> by_filter(static_cast<std::size_t>(shape[3]));
  for (std::size_t first = 0; first < samples.size(); first += chunk) {
    const auto part = std::span(samples).subspan(first, std::min(chunk, samples.size() - first));
    const std::vector<Real> crops = centre_crops(tested.images, part, tested.model.normalisation,
                                                 options.crop_height, options.crop_width, 1);
    const Tensor x = Tensor::from(
        weight->device(), {static_cast<Index>(part.size()), options.crop_height, options.crop_width, 3},
        std::span<const Real>(crops));
    add_strongest(convolution2d(x, *weight, {}, {1, options.kernel / 2}).value, part, by_filter);
  }

  const std::vector<Real> w = weight->values();
  std::vector<FilterView> filters;
  for (std::size_t filter = 0; filter < by_filter.size(); ++filter) {
    std::vector<StrongPatch>& patches = by_filter[filter];
    std::ranges::stable_sort(patches, std::greater<>(), &StrongPatch::response);
    patches.resize(std::min(patches.size(), count));
    for (StrongPatch& patch : patches)
      patch.around =
          square(centre_of(tested.images.copy(patch.sample), options.crop_height, options.crop_width),
                 patch.row, patch.column, 3 * shape[0]);
    filters.push_back({filter_image(w, shape, static_cast<Index>(filter)), std::move(patches)});
  }
  return filters;
}

}  // namespace triptych
