#include <string>

#include "datasets/synthetic/pose.h"
#include "drawing/drawing.h"
#include "engine/file.h"
#include "exercises/figures/figures.h"

namespace triptych {
namespace {

constexpr int frames = 12;
constexpr double left = 120, step = 56, metre = 52, row = 150;
constexpr Colour ink{40, 40, 48}, far_side{150, 150, 158}, path{200, 110, 20};

// A walk from the side: the person looks to the right.
struct Side {
  double x, ground;  // of the hips, pixels
  Point operator()(synthetic::Vec3 p) const {
    return {x + metre * static_cast<double>(p.z), ground - metre * static_cast<double>(p.y)};
  }
};

synthetic::Skeleton pose_at(int turn) {
  synthetic::Gait gait;
  gait.phase = 2 * synthetic::kPi * static_cast<float>(turn) / frames;
  gait.stride = 1, gait.swing = 0.9f;
  synthetic::Person person{};
  person.height = 1.8f, person.girth = person.shoulders = person.hips = 1;
  return synthetic::walk(person, gait);
}

void draw_figure(Drawing& drawing, const synthetic::Skeleton& s, const Side& at) {
  for (const int side : {1, 0}) {  // the far side first
    const Colour colour = side == 0 ? ink : far_side;
    const auto& leg = s.leg[side];
    const auto& arm = s.arm[side];
    drawing.shapes.push_back(Drawing::Line{
        {at(leg.hip), at(leg.knee), at(leg.ankle), at(leg.ankle + leg.forward * 0.16f)}, colour, 2.5});
    drawing.shapes.push_back(Drawing::Line{{at(arm.shoulder), at(arm.elbow), at(arm.wrist)}, colour, 2});
  }
  drawing.shapes.push_back(Drawing::Line{{at(s.pelvis), at(s.trunk(0.82f))}, ink, 3});
  std::vector<Point> head;
  for (int i = 0; i <= 16; ++i) {
    const float angle = 2 * synthetic::kPi * static_cast<float>(i) / 16;
    head.push_back(at(s.head + synthetic::Vec3{0, 0.1f * std::cos(angle), 0.1f * std::sin(angle)}));
  }
  drawing.shapes.push_back(Drawing::Area{head, ink, 1});
}

// Frame t shows pose `pace` t of a cycle of twelve, and below how far the near foot is ahead.
void draw_walk(Drawing& drawing, double top, int pace, const std::string& name) {
  drawing.shapes.push_back(Drawing::Text{{12, top + 50}, name, ink, Drawing::Align::left, true});
  drawing.shapes.push_back(Drawing::Text{{12, top + 126}, "left foot", path});
  std::vector<Point> foot;
  for (int t = 0; t < frames; ++t) {
    const synthetic::Skeleton pose = pose_at(pace * t);
    const double x = left + step * (t + 0.5);
    draw_figure(drawing, pose, {x, top + 100});
    foot.push_back({x, top + 126 - 26 * static_cast<double>(pose.leg[0].ankle.z)});
  }
  drawing.shapes.push_back(Drawing::Line{foot, path, 2});
}

}  // namespace

void draw_walks(const std::string& file) {
  Drawing drawing;
  drawing.width = static_cast<Index>(left + step * frames + 12);
  drawing.height = static_cast<Index>(2 * row + 10);
  draw_walk(drawing, 6, 1, "slow");
  draw_walk(drawing, 6 + row, 5, "brisk");
  if (file.ends_with(".svg"))
    write_file(file, drawing.to_svg());
  else
    write_png(file, drawing.to_image());
}

}  // namespace triptych
