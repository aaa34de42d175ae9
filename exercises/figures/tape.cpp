#include <fmt/format.h>

#include <cmath>

#include "drawing/drawing.h"
#include "engine/file.h"
#include "engine/ops.h"
#include "exercises/figures/figures.h"

namespace triptych {
namespace {

constexpr Colour ink{40, 40, 48}, box{235, 235, 240}, there{0, 114, 178}, back{213, 94, 0};
constexpr double step = 130, centre = 130, half_width = 46, half_height = 24;

double place(int node) {
  return 70 + step * node;
}

// Half an ellipse from node `from` to node `to`, above the boxes (side -1) or below them, with an arrow's
// head at its end.
void arc(Drawing& drawing, int from, int to, int side, double reach, Colour colour) {
  Drawing::Line line{{}, colour, 1.5};
  const double a = place(from) + side * (from < to ? -12 : 12), b = place(to) - side * (from < to ? -12 : 12);
  for (int i = 0; i <= 24; ++i) {
    const double t = i / 24.0;
    line.points.push_back({a + (b - a) * (1 - std::cos(3.14159265 * t)) / 2,
                           centre + side * (half_height + reach * std::sin(3.14159265 * t))});
  }
  drawing.shapes.push_back(line);
  const Point tip = line.points.back();
  drawing.shapes.push_back(
      Drawing::Area{{tip, {tip.x - 5, tip.y + side * 9}, {tip.x + 5, tip.y + side * 9}}, colour, 1});
}

}  // namespace

void draw_tape(const std::string& file) {
  Tape tape;
  tape.keep = true;  // outputs and cotangents stay, to be looked at
  const Variable a = tape.input(Tensor::filled(Device::open("reference"), {1}, 3), true);
  const Variable b = add(a, a);
  const Variable c = multiply(b, a);
  const Variable loss = add(c, b);
  tape.backward(loss);

  const char* names[] = {"a", "b = a + a", "c = b a", "L = c + b"};
  Drawing drawing;
  drawing.width = 540, drawing.height = 262;
  drawing.shapes.push_back(Drawing::Text{{12, 18}, "forward: values, from left to right", there});
  drawing.shapes.push_back(
      Drawing::Text{{12, 244}, "backward: each arc adds to the cotangent that it ends at", back});
  for (int j = 0; j < static_cast<int>(tape.nodes().size()); ++j) {
    const Tape::Node& node = tape.nodes()[j];
    double reach = 18;  // two arcs of one pair of nodes lie side by side
    for (const int i : node.inputs) {
      arc(drawing, i, j, -1, reach + 22 * (j - i - 1), there);
      arc(drawing, j, i, +1, reach + 22 * (j - i - 1), back);
      reach += 16;
    }
  }
  for (int j = 0; j < static_cast<int>(tape.nodes().size()); ++j) {
    const Tape::Node& node = tape.nodes()[j];
    const double x = place(j);
    drawing.shapes.push_back(Drawing::Area{{{x - half_width, centre - half_height},
                                            {x + half_width, centre - half_height},
                                            {x + half_width, centre + half_height},
                                            {x - half_width, centre + half_height}},
                                           box,
                                           1});
    const auto centred = [&](double y, const std::string& words, Colour colour) {
      drawing.shapes.push_back(Drawing::Text{{x, y}, words, colour, Drawing::Align::centre, false});
    };
    centred(centre - 14, names[j], ink);
    centred(centre + 1, fmt::format("{}", node.output.item()), there);
    centred(centre + 15, fmt::format("dL/d = {}", node.gradient.item()), back);
  }
  write_file(file, drawing.to_svg());
}

}  // namespace triptych
