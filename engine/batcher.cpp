#include "engine/batcher.h"

namespace triptych {

Tensor rows_of(const Tensor& data, std::span<const std::int32_t> positions) {
  require(data && data.shape().axes() >= 1, "rows_of takes data [n, ...], not {}", data.shape().text());
  const Device& device = data.device();
  const Tensor index = Tensor::from(device, {static_cast<Index>(positions.size())}, positions);
  if (data.type() == Type::real) return gather(data, index, 0).value;
  require(data.type() == Type::int32, "rows_of takes real numbers or int32");
  const std::vector<std::int32_t> values = data.int32_values();
  const std::size_t width = static_cast<std::size_t>(data.shape().stride(0));
  std::vector<std::int32_t> picked;
  for (const std::int32_t row : positions) {
    require(row >= 0 && row < data.shape()[0], "rows_of: the position {} is not within 0 and {}", row,
            data.shape()[0] - 1);
    const auto first = values.begin() + std::ptrdiff_t(static_cast<std::size_t>(row) * width);
    picked.insert(picked.end(), first, first + std::ptrdiff_t(width));
  }
  Shape shape = data.shape();
  shape.set(0, static_cast<Index>(positions.size()));
  return Tensor::from(device, shape, std::span<const std::int32_t>(picked));
}

}  // namespace triptych
