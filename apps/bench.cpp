#include <CLI/CLI.hpp>
#include <memory>

#include "apps/bench/stopwatch.h"
#include "apps/commands.h"
#include "apps/options.h"
#include "engine/error.h"

namespace triptych {
namespace {

struct BenchRequest {
  std::string only, device = DeviceChoice{}.device;
  double seconds = 1;
};

std::regex expression(const std::string& text) {
  try {
    return std::regex(text);
  } catch (const std::regex_error&) {
    fail("--only {} is not a regular expression; try for example --only 'gemm.*_2t'", text);
  }
}

void measure(const BenchRequest& request) {
  const bench::Settings settings{expression(request.only), request.seconds};
  Device& device = Device::open(request.device);
  bench::measure_peak(settings);
  bench::measure_gemm(settings, device);
  bench::measure_convolutions(settings, device);
  bench::measure_network(settings, device);
}

}  // namespace

void add_bench(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("bench", "measure kernels, layers and whole steps: 'name value unit' a line");
  const auto request = std::make_shared<BenchRequest>();
  command->add_option("--only", request->only, "regular expression: measure the figures whose name it finds");
  command->add_option("--seconds", request->seconds, "time for each figure")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  command->add_option("--device", request->device, "where to compute; see 'triptych devices'")
      ->capture_default_str();
  command->footer(
      "Example:\n  triptych bench --only 'gemm_1024|train_step'\n"
      "_2t and _1t: with two threads and with one. Figures are medians; things that are compared take "
      "turns.");
  command->callback([request] { measure(*request); });
}

}  // namespace triptych
