#include "layers/attention.h"

#include <cmath>
#include <vector>

#include "drawing/drawing.h"
#include "engine/file.h"
#include "engine/ops.h"
#include "exercises/figures/figures.h"
#include "reid/network/row_attention.h"

namespace triptych {
namespace {

constexpr Index rows = 13, width = 32;
constexpr double cell = 12, top = 44;
constexpr Colour ink{40, 40, 48}, dark{0, 90, 140};

// Weights [rows, rows] as squares: the darker, the larger.
void draw_weights(Drawing& drawing, double left, const char* words, const Tensor& weights) {
  const std::vector<Real> p = weights.values();
  drawing.shapes.push_back(Drawing::Text{{left, top - 16}, words, ink});
  for (Index r = 0; r < rows; ++r)
    for (Index s = 0; s < rows; ++s) {
      const double x = left + cell * static_cast<double>(s), y = top + cell * static_cast<double>(r);
      const double weight = static_cast<double>(p[static_cast<std::size_t>(r * rows + s)]);
      drawing.shapes.push_back(
          Drawing::Area{{{x, y}, {x + cell - 1, y}, {x + cell - 1, y + cell - 1}, {x, y + cell - 1}},
                        dark,
                        0.06 + 0.94 * std::sqrt(weight)});
    }
}

// The positions of the rows above: the first row has that of row -1.
Tensor one_row_up(const Device& device) {
  const std::vector<Real> p = sinusoidal_positions(device, rows, width).values();
  std::vector<Real> up;
  for (Index r = 0; r < rows; ++r)
    for (Index k = 0; k < width; k += 2) {
      const std::size_t at = static_cast<std::size_t>(r * width + k);
      const double w = std::pow(10000.0, -static_cast<double>(k) / static_cast<double>(width));
      const double c = std::cos(w), s = std::sin(w);
      up.push_back(static_cast<Real>(c * p[at] - s * p[at + 1]));
      up.push_back(static_cast<Real>(s * p[at] + c * p[at + 1]));
    }
  return Tensor::from(device, {rows, width}, std::span<const Real>(up));
}

}  // namespace

void draw_attention(const std::string& file) {
  const Device device = Device::open("reference");
  const Shape batched = {1, rows, width};
  const Variable none = Tensor::zeros(device, batched);
  const Variable positions = sinusoidal_positions(device, rows, width).reshaped(batched);
  const Variable above = one_row_up(device).reshaped(batched);
  // A larger factor, as learned weights may have: the products of positions alone differ little.
  const auto weights = [](const Variable& q, const Variable& k) {
    return attention_weights(scale(q, 6), k).value;
  };
  Drawing drawing;
  drawing.width = 560, drawing.height = 216;
  draw_weights(drawing, 16, "no positions", weights(none, none));
  draw_weights(drawing, 200, "positions", weights(positions, positions));
  draw_weights(drawing, 384, "queries of the row above", weights(above, positions));
  write_file(file, drawing.to_svg());
}

}  // namespace triptych
