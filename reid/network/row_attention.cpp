#include "reid/network/row_attention.h"

#include <cmath>
#include <vector>

namespace triptych {

Index attention_heads(Index width) {
  return width % 4 == 0 ? 4 : width % 2 == 0 ? 2 : 1;
}

Tensor sinusoidal_positions(const Device& device, Index rows, Index width) {
  std::vector<Real> values;
  for (Index r = 0; r < rows; ++r)
    for (Index k = 0; k < width; ++k) {
      const double exponent = static_cast<double>(k / 2 * 2) / static_cast<double>(width);
      const double angle = static_cast<double>(r) * std::pow(10000.0, -exponent);
      values.push_back(static_cast<Real>(k % 2 == 0 ? std::sin(angle) : std::cos(angle)));
    }
  return Tensor::from(device, {rows, width}, std::span<const Real>(values));
}

RowAttention::RowAttention(const Device& device, Random random, Index rows, Index width)
    : norm_(device, width),
      attention_(device, random, width, attention_heads(width)),
      position_(sinusoidal_positions(device, rows, width)) {}

Variable RowAttention::positioned(const Variable& x) {
  return add(norm_(x), position_);
}

Variable RowAttention::operator()(const Variable& x) {
  return add(x, attention_(positioned(x)));
}

Tensor RowAttention::weights(const Variable& x) {
  return attention_.weights(positioned(x)).value;
}

void RowAttention::list(const std::string& prefix, ParameterList& out) {
  norm_.list(prefix + ".norm", out);
  attention_.list(prefix, out);
}

}  // namespace triptych
