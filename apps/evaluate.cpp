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
  bool baselines = false, occluders = false;
  bool rerank = false, open_set = true, save_thresholds = false;
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

// A line for each FAR, as means over the splits.
void print_open_set(const std::vector<OpenSetResult>& splits) {
  if (splits.empty()) return;
  const OpenThresholds& first = splits.front().thresholds;
  fmt::print("open set: thresholds from {} searches of {} among {} images{}\n", first.searches, first.people,
             first.gallery, splits.size() > 1 ? ", the first split's numbers" : "");
  fmt::print("{:<28}{:>10}{:>8}{:>22}\n", "FAR asked for, %", "distance", "TPIR", "FAR of the test, %");
  for (std::size_t i = 0; i < first.at.size(); ++i) {
    double threshold = 0, tpir = 0, far = 0;
    const auto count = static_cast<double>(splits.size());
    for (const OpenSetResult& split : splits) {
      const OpenRates rates = rates_at(split.searches, split.thresholds.at[i].threshold);
      threshold += split.thresholds.at[i].threshold / count, tpir += rates.tpir / count;
      far += rates.far / count;
    }
    fmt::print("{:<28.1f}{:>10.4f}{:>8.1f}{:>22.1f}\n", 100 * first.at[i].far, threshold, tpir, far);
    const double least = 1 / first.at[i].far;
    if (static_cast<double>(first.searches) < least)
      fmt::print("  {} searches are too few for this FAR: not one false alarm among them is allowed\n",
                 first.searches);
  }
}

// Beside the model, for `rank --threshold auto`.
void save_thresholds(const EvaluateRequest& request, const std::vector<OpenSetResult>& splits) {
  const auto file = std::filesystem::path(request.model).parent_path() / thresholds_file;
  write_file(file, to_json(splits.front().thresholds));
  fmt::print("in {}: for rank --threshold auto\n", file.string());
}

void evaluate_command(const EvaluateRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  require(
      request.out.empty() || !std::filesystem::exists(std::filesystem::path(request.out) / "results.json"),
      "{} already holds results.json; give another --out", request.out);
  Device device = open_device(request.device);
  Model model = load_model(request.model, device);
  if (request.occluders) {
    require(request.data.occlude > 0, "--test-occluders needs occluders: give --occlude SHARE");
    model.options.testing.occluders = true;
  }
  // Distances by what both images show, and occluded queries, are another search than that of `rank`.
  const bool plain = !model.options.network.visible && request.data.occlude == 0;
  require(plain || !request.rerank,
          "--rerank is for a plain distance: not with --occlude, nor for a network with --visible");
  const bool open_set = request.open_set && request.tested == TestedPeople::test && plain;
  require(!request.save_thresholds || open_set,
          "--save-thresholds needs the open-set test: not with --no-open-set, --people or --occlude, nor for "
          "a network with --visible");
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
                                       request.baselines, open_set, request.rerank, printer.watcher()});
  require(!request.save_thresholds || tests.open_set.size() == 1,
          "--save-thresholds keeps the thresholds of one split: give --split with one number");
  printer.clear();

  Provenance from = provenance(device, request.data, data, tests.protocol, model.options, this_program());
  from.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  TableRow pixels{"raw pixels, L2", {}}, network{"this network", {}};
  for (const SplitResult& result : tests.splits) {
    if (result.pixels) pixels.splits.push_back(*result.pixels);
    network.splits.push_back(result.scores);
  }
  std::vector<TableRow> rows = {pixels, network};
  if (request.rerank) rows.push_back({"re-ranked", tests.reranked});
  fmt::print("\n{}, protocol {}\n{}\n", test_sentence(tests.splits.front()), tests.protocol, cmc_table(rows));
  print_open_set(tests.open_set);
  if (request.save_thresholds) save_thresholds(request, tests.open_set);
  write_results(
      request, results_json(from, tests.splits),
      ranked_sheet(
          "queries, nearest gallery images: best and worst",
          best_and_worst(data.dataset,
                         images_of_search(tests.last, tests.last.draws.front(), data.dataset, data.images),
                         tests.last.draws.front(), tests.splits.back().draws.front().result)));
}

}  // namespace

void add_evaluate(CLI::App& app) {
  CLI::App* command = app.add_subcommand("evaluate", "test a trained model: CMC, mAP and mINP");
  const auto request = std::make_shared<EvaluateRequest>();
  command->add_option("--model", request->model, "model.safetensors of a run")->required();
  add_data_options(*command, request->data);
  add_option(
      *command, "people", request->tested, tested_people_names,
      "whom to test on: the split's test or train people, those of the latter that training held out, or "
      "all");
  add_occlude_option(*command, request->data);
  command->add_flag("--test-occluders", request->occluders,
                    "upper limit: the true mask of the occluders says what of a query is visible");
  add_baselines_option(*command, request->baselines, "the raw pixels");
  command->add_flag("--rerank", request->rerank,
                    "test k-reciprocal re-ranking (Zhong et al. 2017), too, which reads all queries and the "
                    "whole gallery");
  command->add_flag("--open-set,!--no-open-set", request->open_set,
                    "people who may not be in the gallery: TPIR at FAR 1% and 0.1% [of test people]");
  command->add_flag("--save-thresholds", request->save_thresholds,
                    "keep the thresholds beside the model, for rank --threshold auto");
  add_device_options(*command, request->device);
  command->add_option("--out", request->out, "folder for results.json and ranks.png");
  command->add_option("--json", request->json, "write the results to this file");
  command->footer(
      "Example:\n  triptych evaluate --model runs/first/model.safetensors --data synthetic:200 --split 1");
  command->callback([request] { evaluate_command(*request); });
}

}  // namespace triptych
