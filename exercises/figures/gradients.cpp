#include <fmt/format.h>

#include <cmath>

#include "drawing/drawing.h"
#include "engine/file.h"
#include "engine/ops.h"
#include "exercises/figures/figures.h"
#include "layers/recurrent.h"

namespace triptych {
namespace {

constexpr Index steps = 200, hidden = 16;
constexpr Colour ink{40, 40, 48}, grid{225, 225, 230};

// |dL/dx_t| for every step t, where L is a random combination of the last state. Inputs are 0, so tanh is in
// its middle.
std::vector<double> norms_through_time(double scale) {
  Device device = Device::open("reference");
  RecurrentOptions options;
  options.recurrent_weight = {Init::orthogonal, scale};
  options.input_weight = {Init::identity};
  Recurrent layer(device, Random(1), hidden, hidden, options);
  Tape tape;
  const Variable x = tape.input(Tensor::zeros(device, {steps, 1, hidden}), true);
  const Variable last = slice(layer(x), 0, steps - 1, 1);
  const Tensor direction = initialise(device, {1, 1, hidden}, {Init::normal, 1}, Random(2));
  tape.backward(sum(multiply(last, direction)));
  const std::vector<Real> dx = tape.gradient(x).values();
  std::vector<double> norms;
  for (Index t = 0; t < steps; ++t) {
    double squares = 0;
    for (Index k = 0; k < hidden; ++k) squares += double(dx[t * hidden + k]) * dx[t * hidden + k];
    norms.push_back(std::sqrt(squares));
  }
  return norms;
}

}  // namespace

void draw_gradients(const std::string& file) {
  constexpr double left = 70, right = 520, top = 40, bottom = 270, decades = 5;
  const auto x = [&](double t) { return left + (right - left) * t / (steps - 1); };
  const auto y = [&](double norm) {
    return (top + bottom) / 2 - (bottom - top) / 2 * std::log10(norm) / decades;
  };
  Drawing drawing;
  drawing.width = 560, drawing.height = 320;
  drawing.shapes.push_back(Drawing::Text{
      {left, 18}, "|dL/dx_t|: what of the loss at step 199 reaches step t", ink, Drawing::Align::left, true});
  for (int exponent = -4; exponent <= 4; exponent += 2) {
    const double height = y(std::pow(10, exponent));
    drawing.shapes.push_back(Drawing::Line{{{left, height}, {right, height}}, grid, 1});
    drawing.shapes.push_back(
        Drawing::Text{{left - 8, height}, fmt::format("1e{}", exponent), ink, Drawing::Align::right});
  }
  for (int t = 0; t < steps; t += 50)
    drawing.shapes.push_back(
        Drawing::Text{{x(t), bottom + 16}, fmt::format("t = {}", t), ink, Drawing::Align::centre});

  const struct {
    double scale;
    Colour colour;
  } lines[] = {{1.05, {213, 94, 0}}, {1.0, {0, 158, 115}}, {0.95, {0, 114, 178}}};
  for (const auto& [scale, colour] : lines) {
    const std::vector<double> norms = norms_through_time(scale);
    const double first = norms.back();
    Drawing::Line line{{}, colour, 2};
    for (Index t = 0; t < steps; ++t) line.points.push_back({x(t), y(norms[t] / first)});
    const double beside = y(norms[60] / first) + (scale > 1 ? -14 : 16);
    drawing.shapes.push_back(Drawing::Text{{x(60), beside}, fmt::format("W = {:.2f} Q", scale), colour});
    drawing.shapes.push_back(line);
  }
  write_file(file, drawing.to_svg());
}

}  // namespace triptych
