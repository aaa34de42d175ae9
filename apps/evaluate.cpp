#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <numeric>

#include "apps/commands.h"
#include "apps/experiment.h"
#include "engine/error.h"
#include "engine/file.h"
#include "reid/report/sheet.h"
#include "reid/report/table.h"

namespace triptych {
namespace {

struct EvaluateRequest {
  std::string model, out, json, identities = "test";
  DataChoice data;
  DeviceChoice device;
};

std::vector<Index> tested_identities(const EvaluateRequest& request, const Dataset& dataset,
                                     const Split& split) {
  if (request.identities == "test") return split.test;
  if (request.identities == "train") return split.train;
  std::vector<Index> everybody(static_cast<std::size_t>(dataset.identities));
  std::iota(everybody.begin(), everybody.end(), Index(0));
  return everybody;
}

void write_results(const EvaluateRequest& request, const std::string& json, const Image& ranks) {
  if (!request.json.empty()) write_file(request.json, json);
  if (request.out.empty()) return;
  const std::filesystem::path folder = request.out;
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
  const int threads = device.context().threads;
  const Model model = load_model(request.model, device);
  const Experiment experiment = open_experiment(request.data, model.options.network, threads);

  if (!request.json.empty()) {
    std::vector<std::filesystem::path> inputs = {request.model, request.data.splits};
    for (const Sample& sample : experiment.dataset.samples) inputs.push_back(sample.file);
    require_output(request.json, "--json", inputs);
    require_replaceable(request.json, "a JSON object");
  }
  std::vector<SplitResult> results;
  TestPlan plan;
  for (const NumberedSplit& split : chosen_splits(request.data, experiment.dataset)) {
    plan = test_plan(request.data, experiment.dataset,
                     tested_identities(request, experiment.dataset, split.identities));
    results.push_back(split_result(split, experiment.dataset, plan, evaluate(model, experiment, plan)));
    results.back().pixels =
        mean_of_draws(evaluate_raw_pixels(device, model.options.network, experiment, plan));
    if (request.identities == "all") break;  // everybody is the same people in every split
  }

  Provenance from = provenance(device, request.data, experiment, plan.name, model.options, threads);
  from.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  TableRow pixels{"raw pixels, L2", {}}, network{"this network", {}};
  for (const SplitResult& result : results) {
    pixels.splits.push_back(*result.pixels);
    network.splits.push_back(result.scores);
  }
  fmt::print("\n{} queries, {} people in the gallery, protocol {}\n{}\n", results.front().queries,
             results.front().gallery, plan.name, cmc_table(std::vector{pixels, network}));
  write_results(
      request, results_json(from, results),
      ranked_sheet("queries, nearest gallery images: best and worst",
                   best_and_worst(model, experiment.dataset, experiment.images, plan.draws.front())));
}

}  // namespace

void add_evaluate(CLI::App& app) {
  CLI::App* command = app.add_subcommand("evaluate", "test a trained model: CMC, mAP and mINP");
  const auto request = std::make_shared<EvaluateRequest>();
  command->add_option("--model", request->model, "model.safetensors of a run")->required();
  add_data_options(*command, request->data);
  command
      ->add_option("--people", request->identities,
                   "whom to test on: the split's test or train people, or all")
      ->check(CLI::IsMember({"test", "train", "all"}))
      ->capture_default_str();
  add_device_options(*command, request->device);
  command->add_option("--out", request->out, "folder for results.json and ranks.png");
  command->add_option("--json", request->json, "write the results to this file");
  command->footer(
      "Example:\n  triptych evaluate --model runs/first/model.safetensors --data synthetic:200 --split 1");
  command->callback([request] { evaluate_command(*request); });
}

}  // namespace triptych
