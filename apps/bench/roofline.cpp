#include "apps/bench/roofline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apps/bench/peak.h"
#include "apps/bench/stopwatch.h"
#include "engine/error.h"
#include "engine/file.h"
#include "kernels/kernels.h"

namespace triptych::bench {
namespace {

constexpr Colour ink{40, 40, 40}, grid{228, 228, 228}, roof_colour{200, 60, 40}, dot{30, 90, 170};

// x = a + s * b over arrays that no cache holds (McCalpin's triad): two are read, one is written.
struct Triad {
  static constexpr std::size_t length = std::size_t(16) << 20;  // 64 MiB each
  static constexpr double bytes = 3.0 * sizeof(float) * length;
  std::vector<float> a = std::vector<float>(length, 1), b = a, x = a;
  void run() {
#pragma omp simd
    for (std::size_t i = 0; i < length; ++i) x[i] = a[i] + 3 * b[i];
  }
};

// Both axes are logarithmic: doubling is the same distance everywhere.
struct Axes {
  double left = 64, top = 44, right = 640, bottom = 500;
  double least_intensity = 1.0 / 16, most_intensity = 1024, least_speed, most_speed;
  Point at(double intensity, double speed) const {
    const auto along = [](double v, double low, double high) {
      return std::log(v / low) / std::log(high / low);
    };
    return {left + along(intensity, least_intensity, most_intensity) * (right - left),
            bottom - along(std::max(speed, least_speed), least_speed, most_speed) * (bottom - top)};
  }
};

void write(Drawing& drawing, Point at, const std::string& words, Drawing::Align align, bool bold = false) {
  drawing.shapes.push_back(Drawing::Text{at, words, ink, align, bold});
}

void draw_grid(Drawing& drawing, const Axes& axes) {
  for (double i = axes.least_intensity; i <= axes.most_intensity; i *= 4) {
    const Point low = axes.at(i, axes.least_speed);
    drawing.shapes.push_back(Drawing::Line{{low, axes.at(i, axes.most_speed)}, grid, 1});
    write(drawing, {low.x, low.y + 16}, i < 1 ? fmt::format("1/{:.0f}", 1 / i) : fmt::format("{:.0f}", i),
          Drawing::Align::centre);
  }
  for (double s = axes.least_speed; s <= axes.most_speed; s *= 2) {
    const Point low = axes.at(axes.least_intensity, s);
    drawing.shapes.push_back(Drawing::Line{{low, axes.at(axes.most_intensity, s)}, grid, 1});
    write(drawing, {low.x - 8, low.y}, fmt::format("{:g}", s), Drawing::Align::right);
  }
  write(drawing, {(axes.left + axes.right) / 2, axes.bottom + 36},
        "operations for each byte that must be moved", Drawing::Align::centre);
}

void save(const Drawing& drawing, const std::filesystem::path& file) {
  if (file.extension() == ".svg") return write_file(file, drawing.to_svg());
  write_png(file, drawing.to_image());
}

}  // namespace

double Roofline::roof(double intensity) const {
  return std::min(peak, intensity * bandwidth);
}

Drawing draw(const Roofline& roofline, const std::string& title) {
  Axes axes;
  double fastest = roofline.peak;
  for (const Roofline::Point& point : roofline.points) fastest = std::max(fastest, point.speed);
  axes.most_speed = std::exp2(std::ceil(std::log2(fastest * 1.2)));
  axes.least_speed = axes.most_speed / 512;
  Drawing drawing;
  drawing.width = 960, drawing.height = 552;
  write(drawing, {axes.left, axes.top - 22}, title + ", GFLOP/s", Drawing::Align::left, true);
  draw_grid(drawing, axes);
  const double ridge = roofline.peak / roofline.bandwidth,
               start = std::max(axes.least_intensity, axes.least_speed / roofline.bandwidth);
  drawing.shapes.push_back(Drawing::Line{{axes.at(start, roofline.roof(start)), axes.at(ridge, roofline.peak),
                                          axes.at(axes.most_intensity, roofline.peak)},
                                         roof_colour,
                                         2});
  write(drawing, {660, axes.top},
        fmt::format("{:.0f} GFLOP/s, {:.0f} GB/s", roofline.peak, roofline.bandwidth), Drawing::Align::left,
        true);
  double y = axes.top + 22;
  for (std::size_t i = 0; i < roofline.points.size(); ++i, y += 19) {
    const Roofline::Point& point = roofline.points[i];
    const Point at = axes.at(point.intensity, point.speed);
    constexpr double r = 3;
    drawing.shapes.push_back(
        Drawing::Area{{{at.x - r, at.y}, {at.x, at.y - r}, {at.x + r, at.y}, {at.x, at.y + r}}, dot, 1});
    write(drawing, {at.x + 6, at.y - 6}, fmt::format("{}", i + 1), Drawing::Align::left);
    write(drawing, {660, y},
          fmt::format("{:>2}  {}: {:.0f}%", i + 1, point.name,
                      100 * point.speed / roofline.roof(point.intensity)),
          Drawing::Align::left);
  }
  return drawing;
}

// Everything takes turns, the two roofs included: on a machine that others use, only shares mean something.
void measure_roofline(const Settings& settings, const std::string& file) {
  const std::string extension = std::filesystem::path(file).extension();
  require(extension == ".svg" || extension == ".png", "--roofline {}: the file must end in .svg or .png",
          file);
  Device device = Device::open("cpu");
  device.use_threads(1);
  const MultiplyAdds peak = fastest_multiply_adds();
  Triad triad;
  const std::vector<Workload> workloads = roofline_workloads(device);
  std::vector<std::function<void()>> functions = {[&] { peak.run(1); }, [&] { triad.run(); }};
  for (const Workload& workload : workloads) functions.push_back(workload.run);
  const std::vector<Timing> times = times_in_turns(functions, 1, settings.seconds);
  Roofline roofline{1e-9 * peak.work / times[0].seconds, 1e-9 * Triad::bytes / times[1].seconds, {}};
  fmt::print("{:<24} {:>14} {:>9} {:>9} {:>8}\n", "kernel", "operations/byte", "GFLOP/s", "roof", "of it");
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    const Workload& workload = workloads[i];
    const double speed = 1e-9 * workload.operations / times[i + 2].seconds,
                 roof = roofline.roof(workload.intensity());
    roofline.points.push_back({workload.name, workload.intensity(), speed});
    fmt::print("{:<24} {:>14.2f} {:>9.1f} {:>9.1f} {:>7.0f}%\n", workload.name, workload.intensity(), speed,
               roof, 100 * speed / roof);
  }
  fmt::print(
      "Convolutions count as their definition does; the kernels multiply less (Winograd), and may be above "
      "the roof.\n");
  save(draw(roofline, fmt::format("one thread, {}", device.kernels().description)), file);
  fmt::print("drawn in {}\n", file);
}

}  // namespace triptych::bench
