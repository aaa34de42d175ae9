#include <algorithm>
#include <string>

#include "drawing/drawing.h"
#include "engine/file.h"
#include "exercises/figures/figures.h"
#include "kernels/real.h"

namespace triptych {
namespace {

constexpr Index images = 12, ranks = 3, rows = 20;  // rows of an image in a sum over the batch
constexpr double left = 150, image_width = 42, bar = 26;
constexpr Colour ink{40, 40, 48}, line{250, 250, 250};
constexpr Colour of_rank[ranks] = {{0, 90, 140}, {200, 110, 20}, {60, 130, 60}};

double x_of_row(double row) {
  return left + image_width * row / static_cast<double>(rows);
}

void box(Drawing& drawing, double begin, double end, double top, Colour colour, double opacity) {
  drawing.shapes.push_back(Drawing::Area{{{x_of_row(begin), top},
                                          {x_of_row(end), top},
                                          {x_of_row(end), top + bar},
                                          {x_of_row(begin), top + bar}},
                                         colour,
                                         opacity});
  for (const double edge : {begin, end})
    drawing.shapes.push_back(Drawing::Line{{{x_of_row(edge), top}, {x_of_row(edge), top + bar}}, line, 1.5});
}

void words(Drawing& drawing, double x, double top, const std::string& text) {
  drawing.shapes.push_back(Drawing::Text{{x, top + bar / 2}, text, ink});
}

// The chunks of a sum, each in the colour of the rank that owns the image of its first row; the image after
// the last one that each rank needs.
void draw_sum(Drawing& drawing, double top, const std::string& name, Index chunks, Index (&reach)[ranks]) {
  words(drawing, 8, top, name);
  const Index n = images * rows;
  for (Index chunk = 0; chunk < chunks; ++chunk) {
    const Index begin = chunk * n / chunks, end = (chunk + 1) * n / chunks;
    Index rank = 0;
    while ((rank + 1) * images / ranks <= begin / rows) ++rank;
    box(drawing, static_cast<double>(begin), static_cast<double>(end), top, of_rank[rank], 0.75);
    reach[rank] = std::max(reach[rank], (end - 1) / rows + 1);
  }
}

}  // namespace

void draw_machines(const std::string& file) {
  Drawing drawing;
  drawing.width = static_cast<Index>(left) + static_cast<Index>(image_width) * images + 16;
  drawing.height = 232;
  Index reach[ranks];
  words(drawing, 8, 12, "images, by owner");
  for (Index i = 0; i < images; ++i) {
    const Index rank = i * ranks / images;
    box(drawing, static_cast<double>(i * rows), static_cast<double>((i + 1) * rows), 12, of_rank[rank], 0.35);
    reach[rank] = (rank + 1) * images / ranks;
  }
  draw_sum(drawing, 48, "a sum in 11 chunks", 11, reach);
  draw_sum(drawing, 84, "a sum in 7 chunks", 7, reach);
  for (Index rank = 0; rank < ranks; ++rank) {
    const double top = 128 + 34 * static_cast<double>(rank);
    words(drawing, 8, top, "rank " + std::to_string(rank) + " computes");
    for (Index i = rank * images / ranks; i < reach[rank]; ++i)
      box(drawing, static_cast<double>(i * rows), static_cast<double>((i + 1) * rows), top, of_rank[rank],
          i < (rank + 1) * images / ranks ? 0.35 : 0.12);
  }
  write_file(file, drawing.to_svg());
}

}  // namespace triptych
