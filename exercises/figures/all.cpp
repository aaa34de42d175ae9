#include <fmt/core.h>

#include <filesystem>
#include <span>

#include "engine/file.h"
#include "exercises/figures/figures.h"
#include "reid/report/page/base64.h"

namespace triptych {

void save_figure(const std::string& file, const Image& image) {
  if (!file.ends_with(".svg")) return write_png(file, image);
  const std::string part = file + ".png";
  write_png(part, image);
  const std::string bytes = read_file(part);
  std::filesystem::remove(part);
  const std::span<const std::uint8_t> png(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  write_file(file, fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
                               "viewBox=\"0 0 {0} {1}\"><image width=\"{0}\" height=\"{1}\" "
                               "href=\"data:image/png;base64,{2}\"/></svg>\n",
                               image.width, image.height, base64(png)));
}

void draw_all(const std::string& folder, const std::string& run) {
  std::filesystem::create_directories(folder);
  const auto file = [&](int lesson, const char* name) {
    return fmt::format("{}/{}_{}.svg", folder, lesson, name);
  };
  draw_convolution(file(1, "convolution"));
  draw_tape(file(2, "tape"));
  draw_gradients(file(3, "gradients"));
  draw_pair_sheet(file(4, "pairs"));
  if (!run.empty()) draw_distances(run, file(5, "distances"));
  draw_metric(file(6, "metric"));
  draw_attention(file(8, "attention"));
  draw_machines(file(9, "machines"));
  draw_cells(file(10, "cells"));
  draw_walks(file(11, "walks"));
}

}  // namespace triptych
