#include "reid/experiment/evaluate.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "apps/commands.h"
#include "apps/options.h"
#include "apps/progress.h"
#include "apps/version.h"
#include "engine/error.h"
#include "engine/file.h"
#include "reid/report/sheet.h"
#include "reid/report/table.h"

namespace triptych {
namespace {

struct EvaluateRequest {
  std::string model, out, json;
  TestedPeople tested = TestedPeople::test;
  bool baselines = false;
  DataChoice data;
  DeviceChoice device;
};

void write_results(const EvaluateRequest& request, const std::string& json, const Image& ranks) {
  if (!request.json.empty()) write_file(request.json, json);
  if (request.out.empty()) return;
  const std::filesystem::path folder = request.out;
  const FolderLock lock = lock_folder(folder);
  write_file(folder / "results.json", json);
  write_png(folder / "ranks.png", ranks);
  fmt::print("in {}: results.json, ranks.png\n", request.out);
}

void evaluate_command(const EvaluateRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  require(
      request.out.empty() || !std::filesystem::exists(std::filesystem::path(request.out) / "results.json"),
      "{} already holds results.json; give another --out", request.out);
  Device device = open_device(request.device);
  const Model model = load_model(request.model, device);
  Printer printer;
  const ExperimentData data =
      open_data(request.data, model.options.network, device.context().threads, printer.watcher());
  if (!request.json.empty()) {
    std::vector<std::filesystem::path> inputs = {request.model, request.data.splits};
    for (const Sample& sample : data.dataset.samples) inputs.push_back(sample.file);
    require_output(request.json, "--json", inputs);
    require_replaceable(request.json, "a JSON object");
  }
  const Tests tests = evaluate_splits({device, model, request.model, data, request.data, request.tested,
                                       request.baselines, printer.watcher()});
  printer.clear();

  Provenance from = provenance(device, request.data, data, tests.protocol, model.options, this_program());
  from.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  TableRow pixels{"raw pixels, L2", {}}, network{"this network", {}};
  for (const SplitResult& result : tests.splits) {
    if (result.pixels) pixels.splits.push_back(*result.pixels);
    network.splits.push_back(result.scores);
  }
  fmt::print("\n{}, protocol {}\n{}\n", test_sentence(tests.splits.front()), tests.protocol,
             cmc_table(std::vector{pixels, network}));
  write_results(request, results_json(from, tests.splits),
                ranked_sheet("queries, nearest gallery images: best and worst",
                             best_and_worst(data.dataset, data.images, tests.last.draws.front(),
                                            tests.splits.back().draws.front().result)));
}

}  // namespace

void add_evaluate(CLI::App& app) {
  CLI::App* command = app.add_subcommand("evaluate", "test a trained model: CMC, mAP and mINP");
  const auto request = std::make_shared<EvaluateRequest>();
  command->add_option("--model", request->model, "model.safetensors of a run")->required();
  add_data_options(*command, request->data);
  add_option(*command, "people", request->tested, tested_people_names,
             "whom to test on: the split's test or train people, or all");
  add_baselines_option(*command, request->baselines, "the raw pixels");
  add_device_options(*command, request->device);
  command->add_option("--out", request->out, "folder for results.json and ranks.png");
  command->add_option("--json", request->json, "write the results to this file");
  command->footer(
      "Example:\n  triptych evaluate --model runs/first/model.safetensors --data synthetic:200 --split 1");
  command->callback([request] { evaluate_command(*request); });
}

}  // namespace triptych
