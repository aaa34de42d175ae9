#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "apps/bench/stopwatch.h"
#include "apps/commands.h"
#include "apps/options.h"
#include "engine/error.h"
#include "reid/options.h"

namespace triptych {
namespace {

struct BenchRequest {
  std::vector<std::string> families;
  std::string only, device = DeviceChoice{}.device, lines, roofline, card, mining = "all";
  bool ladder = false, list = false, launches = false, rounding = false, speed = false;
  double seconds = 1;
  int images = 16;
  bench::SearchSizes search;
};

std::regex expression(const std::string& text) {
  try {
    return std::regex(text);
  } catch (const std::regex_error&) {
    fail("--only {} is not a regular expression; try for example --only 'gemm.*_2t'", text);
  }
}

void measure(const BenchRequest& request) {
  const bench::Settings settings{expression(request.only), request.seconds, request.list};
  require(request.lines.empty() || request.device == "ptx",
          "--lines counts by source line, which only the PTX interpreter can: add --device ptx");
  require(request.card.empty() || request.device == "ptx",
          "--card estimates from what the PTX interpreter counts: add --device ptx");
  require(!request.launches || request.device == "emulator" || request.device == "ptx",
          "--launches records what kernels/cuda asks of a GPU, without one: add --device emulator");
  if (request.launches)
    return bench::print_launches(Device::open(request.device),
                                 std::ranges::find(mining_names, request.mining, [](const auto& named) {
                                   return named.first;
                                 })->second);
  require(!request.speed || request.device == "emulator" || request.device == "ptx",
          "--speed is that of the tools which stand in for a GPU: add --device emulator or --device ptx");
  if (request.speed) return bench::measure_tool_speed(Device::open(request.device), request.images);
  if (request.rounding) return bench::measure_rounding(Device::open(request.device));
  if (request.device == "emulator")
    fail(
        "the emulator finds mistakes, and its times say nothing about a GPU: ask '--device ptx' for counts "
        "that do, or '--device cuda' for times; --speed tells how long one waits for the emulator");
  Device device = Device::open(request.device);
  if (!request.card.empty()) return bench::profile_on_paper(settings, device, request.card, request.images);
  if (request.device == "ptx") return bench::count_kernels(settings, device, request.lines);
  if (request.device == "cuda") {
    bench::measure_cuda_gemm(settings, device);
    bench::measure_convolutions(settings, device);
    bench::measure_network(settings, device);
    return;
  }
  const auto named = [&](const char* family) { return std::ranges::count(request.families, family) > 0; };
  if (request.ladder)
    return named("conv") || named("convolution") ? bench::measure_convolution_ladder(settings)
                                                 : bench::measure_gemm_ladder(settings);
  if (!request.roofline.empty()) return bench::measure_roofline(settings, request.roofline);
  const auto asked = [&](const char* family) { return request.families.empty() || named(family); };
  if (asked("peak")) bench::measure_peak(settings);
  if (asked("gemm")) bench::measure_gemm(settings, device);
  if (asked("convolution") || named("conv")) bench::measure_convolutions(settings, device);
  if (asked("network")) bench::measure_network(settings, device);
  if (asked("evaluation")) bench::measure_evaluation(settings, device);
  if (asked("search")) bench::measure_search(settings, request.search);
  if (asked("start")) bench::measure_start(settings);
  if (asked("overhead")) bench::measure_overhead(settings);
  bench::print_peak_memory(settings);
  bench::print_left_out();
}

}  // namespace

void add_bench(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("bench", "measure kernels, layers and whole steps: 'name value unit' a line");
  const auto request = std::make_shared<BenchRequest>();
  command
      ->add_option(
          "family", request->families,
          "only these of peak, gemm, convolution (or conv), network, evaluation, search, start, overhead")
      ->check(CLI::IsMember(
          {"peak", "gemm", "convolution", "conv", "network", "evaluation", "search", "start", "overhead"}));
  command->add_flag("--ladder", request->ladder,
                    "the cpu device's GEMM, or convolution, step by step from the definition to the kernel");
  command->add_option("--roofline", request->roofline,
                      "draw the kernels under the machine's own peak and bandwidth into this .svg or .png");
  command->add_option("--only", request->only, "regular expression: measure the figures whose name it finds");
  command->add_flag("--list", request->list, "only print the names of the figures");
  command->add_option("--seconds", request->seconds, "time for each figure")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  command->add_option("--device", request->device, "where to compute; see 'triptych devices'")
      ->capture_default_str();
  command->add_option("--lines", request->lines,
                      "ptx: count by source line the kernels whose name holds this, such as multiply");
  command->add_option("--card", request->card,
                      "ptx: what a training step asks of this card, on paper: a100, h100, 4090 or t4");
  command->add_option("--images", request->images, "--card, --speed: images in the step, two of each person")
      ->check(CLI::Range(4, 1024))
      ->capture_default_str();
  command->add_flag("--launches", request->launches,
                    "emulator, ptx: the launches, waits and warps of one step of the default training");
  command->add_option("--mining", request->mining, "--launches: of a step that mines all, hard, ... triplets")
      ->check(CLI::IsMember({"all", "hard", "semihard", "random"}))
      ->capture_default_str();
  command->add_flag(
      "--speed", request->speed,
      "emulator, ptx: multiply-adds a second, and the seconds of one step of the default training");
  command->add_flag("--rounding", request->rounding,
                    "cuda, emulator, ptx: the error of --gemm own, tf32 and bf16 against double");
  command->add_option("--rows", request->search.rows, "search: how many embeddings")
      ->check(CLI::Range(Index(1), Index(1) << 32))
      ->capture_default_str();
  command->add_option("--dimensions", request->search.size, "search: of each")
      ->check(CLI::Range(Index(1), Index(1) << 16))
      ->capture_default_str();
  command->add_option("--file", request->search.file, "search: keep the embeddings in this file");
  command->footer(
      "Example:\n"
      "  triptych bench --only 'gemm_1024|train_step'\n"
      "  triptych bench gemm --ladder\n"
      "  triptych bench conv --ladder\n"
      "  triptych bench start\n"
      "  triptych bench search --rows 10000000 --dimensions 128\n"
      "  triptych bench overhead\n"
      "  triptych bench --device ptx --only 'gemm 128x128x64$' --lines multiply\n"
      "  triptych bench --device ptx --card t4\n"
      "  triptych bench --device emulator --launches --mining hard\n"
      "  triptych bench --device ptx --speed --images 64\n"
      "  triptych bench --device emulator --rounding\n"
      "_2t: two threads, wall time of the samples that had both cores, whose number _valid says; _1t: one "
      "thread, CPU time.\n"
      "Figures are medians; things that are compared take turns. `make bench` compares with other "
      "libraries and frameworks.\n"
      "With --device cuda the GEMM stands beside cuBLAS and the card's peak; with --device ptx each "
      "kernel's instructions,\n"
      "memory sectors and bank conflicts are counted, which needs nvcc and no GPU.");
  command->callback([request] { measure(*request); });
}

}  // namespace triptych
