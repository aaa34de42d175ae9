#include "reid/em/labels_file.h"

#include "engine/error.h"
#include "engine/safetensors.h"
#include "engine/text.h"

namespace triptych {

void save_labels(const std::filesystem::path& file, const PatchLabels& labels,
                 const std::vector<Index>& samples, const Device& device) {
  const auto count = static_cast<Index>(samples.size());
  const Shape shape = {count, labels.grid.rows, labels.grid.columns};
  const std::vector<std::int32_t> numbers(samples.begin(), samples.end());
  TensorFile tensors;
  tensors.tensors["v"] = Tensor::from(device, shape, std::span<const std::uint8_t>(labels.v));
  tensors.tensors["map"] = Tensor::from(device, shape, std::span<const Real>(labels.map));
  tensors.tensors["samples"] = Tensor::from(device, {count}, std::span<const std::int32_t>(numbers));
  save_tensors(file, tensors);
}

SavedLabels load_labels(const std::filesystem::path& file, const Device& device) {
  const TensorFile tensors = load_tensors(file, device);
  const std::string origin = shown(file);
  const Tensor v = tensor_of(tensors, "v", Type::byte, origin);
  const Tensor map = tensor_of(tensors, "map", Type::real, origin);
  const Tensor samples = tensor_of(tensors, "samples", Type::int32, origin);
  require(v.shape().axes() == 3 && map.shape() == v.shape() && samples.elements() == v.shape()[0],
          "{}: labels {}, maps {} and images {} do not fit together", file.string(), v.shape().text(),
          map.shape().text(), samples.shape().text());
  SavedLabels saved;
  for (const std::int32_t sample : samples.int32_values()) {
    require(sample >= 0, "{}: the tensor 'samples' holds {}, which is not the index of an image", origin,
            sample);
    saved.samples.push_back(sample);
  }
  saved.labels = {{v.shape()[1], v.shape()[2]}, v.byte_values(), map.values()};
  return saved;
}

}  // namespace triptych
