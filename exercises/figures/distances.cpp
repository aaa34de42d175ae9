#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "drawing/drawing.h"
#include "engine/error.h"
#include "engine/file.h"
#include "engine/json.h"
#include "exercises/figures/figures.h"

namespace triptych {
namespace {

using Json = nlohmann::json;
constexpr Colour ink{40, 40, 48}, same{0, 114, 178}, different{213, 94, 0};

// The distances of one epoch: pairs of one person against pairs of two, each as an area of the same size.
void draw_epoch(Drawing& drawing, double top, const Json& epoch) {
  constexpr double left = 40, right = 560, height = 100;
  const double width = epoch.at("distances").at("width"), bins = 2 / width;  // squared distances up to 2
  drawing.shapes.push_back(Drawing::Text{
      {left, top - 8}, fmt::format("epoch {}", int(epoch.at("epoch")) + 1), ink, Drawing::Align::left, true});
  for (const auto& [name, colour] : {std::pair("same", same), std::pair("different", different)}) {
    const std::vector<double> counts = epoch.at("distances").at(name);
    double largest = 1;
    for (const double count : counts) largest = std::max(largest, count);
    Drawing::Area area{{{left, top + height}}, colour, 0.5};
    for (std::size_t bin = 0; bin < counts.size() && double(bin) < bins; ++bin)
      for (const double edge : {0.0, 1.0})
        area.corners.push_back({left + (right - left) * (double(bin) + edge) / bins,
                                top + height - height * counts[bin] / largest});
    area.corners.push_back({area.corners.back().x, top + height});
    drawing.shapes.push_back(area);
  }
  for (const double d : {0.0, 0.5, 1.0, 1.5, 2.0})
    drawing.shapes.push_back(Drawing::Text{{left + (right - left) * d / 2, top + height + 12},
                                           fmt::format("{}", d),
                                           ink,
                                           Drawing::Align::centre,
                                           false});
}

}  // namespace

void draw_distances(const std::string& run, const std::string& file) {
  std::ifstream stream(run + "/epochs.jsonl");
  std::vector<Json> epochs;
  for (std::string line; std::getline(stream, line);) epochs.push_back(parse_json<Json>(line, "the log"));
  require(!epochs.empty(), "{}/epochs.jsonl is not there: give the folder of a run", run);
  Drawing drawing;
  drawing.width = 600, drawing.height = 330;
  drawing.shapes.push_back(Drawing::Text{{40, 16}, "squared distance of two images of one person", same});
  drawing.shapes.push_back(Drawing::Text{{352, 16}, "... of two people", different});
  draw_epoch(drawing, 56, epochs.front());
  draw_epoch(drawing, 206, epochs.back());
  write_file(file, drawing.to_svg());
}

}  // namespace triptych
