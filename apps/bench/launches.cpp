#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <numeric>
#include <regex>

#include "apps/bench/stopwatch.h"
#include "datasets/dataset.h"
#include "kernels/emulator/launch_log.h"
#include "reid/training/trainer.h"

// What one step of the default training asks of a GPU: how many kernels are launched, how often the host
// waits, and how many warps each launch has for a multiprocessor. Nothing is computed, so it takes a second.
namespace triptych::bench {
namespace {

constexpr double multiprocessors = 108;  // of an A100
constexpr double wanted_warps = 12;      // for each of them, to hide the latency of memory

// The second step of a training: the first one also allocates.
emulator::LaunchLog log_of_step(const Device& device, Mining mining) {
  Options options;
  options.loss.mining = mining;
  const Dataset dataset = open_dataset("synthetic:" + std::to_string(2 * options.training.identities));
  const ImageSource images =
      open_images(dataset, {options.network.image_height, options.network.image_width});
  std::vector<Index> identities(static_cast<std::size_t>(dataset.identities));
  std::iota(identities.begin(), identities.end(), Index(0));
  emulator::LaunchLog log;
  const emulator::Recording recording(log, true);
  Trainer trainer(device, options, {dataset, images, identities, {}});
  std::atomic<bool> stop = false;
  int steps = 0;
  TrainingObserver observer;
  observer.stop = &stop;
  observer.on_step = [&](const StepRecord&) {
    if (++steps == 1) log = {};
    stop = steps == 2;
  };
  trainer.run(observer);
  return log;
}

// The launches of one kernel with the same grid.
struct Row {
  std::size_t launches = 0, warps = 0;
};

std::string text(dim3 d) {
  return d.z > 1   ? fmt::format("{} x {} x {}", d.x, d.y, d.z)
         : d.y > 1 ? fmt::format("{} x {}", d.x, d.y)
                   : fmt::format("{}", d.x);
}

// Without the namespaces: "multiply_kernel<TileShape<64, 64, 8, 4>, RowsAlongK, RowsAcrossK, BiasSink>".
std::string short_name(const std::string& name) {
  static const std::regex space("triptych::(cuda::)?");
  return std::regex_replace(name, space, "");
}

// The fewest warps for a multiprocessor among the launches that `belongs` selects.
template <class Belongs>
void print_fewest_warps(const char* name, const emulator::LaunchLog& log, const Belongs& belongs) {
  double fewest = 0;
  for (const emulator::LaunchRecord& launch : log.launches) {
    const double warps = static_cast<double>(launch.warps()) / multiprocessors;
    if (belongs(launch) && (fewest == 0 || warps < fewest)) fewest = warps;
  }
  print_figure(name, fewest, "warps/MP");
}

}  // namespace

void print_launches(const Device& device, Mining mining) {
  const emulator::LaunchLog log = log_of_step(device, mining);
  std::map<std::tuple<std::string, std::string, std::string>, Row> rows;
  std::size_t few = 0;
  for (const emulator::LaunchRecord& launch : log.launches) {
    Row& row = rows[{short_name(launch.kernel), text(launch.grid), text(launch.block)}];
    ++row.launches;
    row.warps = launch.warps();
    few += static_cast<double>(launch.warps()) < wanted_warps * multiprocessors;
  }
  fmt::print("{:>8} {:>14} {:>10} {:>10}  {}\n", "launches", "blocks", "threads", "warps / MP", "kernel");
  for (const auto& [key, row] : rows) {
    const auto& [kernel, grid, block] = key;
    fmt::print("{:>8} {:>14} {:>10} {:>10.1f}  {}\n", row.launches, grid, block,
               static_cast<double>(row.warps) / multiprocessors, kernel);
  }
  print_figure("launches", static_cast<double>(log.launches.size()), "a_step");
  print_figure("launches_below_12_warps", static_cast<double>(few), "a_step");
  // A gradient by weights is a product whose first factor is transposed and whose sum is split.
  print_fewest_warps("fewest_warps_weight_gradients", log, [](const emulator::LaunchRecord& launch) {
    static const std::regex transposed("multiply_kernel<.*TileShape<[^>]*>, [a-z:]*[A-Z][a-z]*AcrossK");
    return std::regex_search(launch.kernel, transposed) && launch.grid.y > 1;
  });
  print_fewest_warps("fewest_warps_patch_match", log, [](const emulator::LaunchRecord& launch) {
    return launch.kernel.find("patch_match_forward") != std::string::npos;
  });
  print_figure("waits", static_cast<double>(log.waits), "a_step");
  print_figure("copies_in", static_cast<double>(log.copies_in), "a_step");
  print_figure("copies_out", static_cast<double>(log.copies_out), "a_step");
  print_figure("copies_within", static_cast<double>(log.copies_within + log.fills), "a_step");
}

}  // namespace triptych::bench
