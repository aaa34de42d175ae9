#include "apps/training.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "apps/interrupt.h"
#include "apps/reporting.h"
#include "apps/split_training.h"
#include "engine/error.h"
#include "engine/file.h"
#include "reid/report/table.h"

namespace triptych {
namespace {

void require_free(const std::filesystem::path& out) {
  require(!holds_run(out),
          "{} already holds a run; go on with it by --resume, or give another --out (or delete the folder)",
          out.string());
}

// Makes sure that no run is overwritten; of a run that is to go on, reads the options it began with.
void prepare_folder(CLI::App& app, TrainRequest& request) {
  if (request.resume) {
    require(!request.out.empty(), "--resume needs --out: the folder of the run that is to go on");
    const std::filesystem::path config = std::filesystem::path(request.out) / run_files::config;
    require(std::filesystem::exists(config),
            "there is no run to resume in {}: it has no {}; leave --resume out to start one", request.out,
            run_files::config);
    read_config_of_run(app, config.string());
    return;
  }
  if (request.out.empty()) {
    const std::string name =
        std::filesystem::path(request.data.data.substr(0, request.data.data.find(':'))).filename();
    request.out = free_run_folder(name.empty() ? "train" : name).string();
  }
  require_free(request.out);
}

// The files that the run reads, which --json must not replace.
std::vector<std::filesystem::path> inputs_of(const TrainRequest& request, const Dataset& dataset) {
  std::vector<std::filesystem::path> inputs = {request.config, request.data.splits,
                                               request.options.training.start};
  for (const Sample& sample : dataset.samples) inputs.push_back(sample.file);
  return inputs;
}

TableRow row(const std::string& name, const std::vector<SplitResult>& results,
             const std::function<std::optional<Directions>(const SplitResult&)>& scores) {
  TableRow line{name, {}};
  for (const SplitResult& result : results)
    if (const auto directions = scores(result)) line.splits.push_back(*directions);
  return line;
}

void print_table(const std::vector<SplitResult>& results, bool trained) {
  const std::vector<TableRow> rows = {
      row("raw pixels, L2", results, [](const SplitResult& r) { return r.pixels; }),
      row("untrained network", results, [](const SplitResult& r) { return r.untrained; }),
      row(trained ? "trained network" : "this network (0 epochs)", results,
          [](const SplitResult& r) { return std::optional(r.scores); })};
  fmt::print("\n{} queries, {} people in the gallery\n{}\n", results.front().queries, results.front().gallery,
             cmc_table(rows));
}

// One split of several has a folder of its own, with results of its own, so that a run can go on after any of
// them.
SplitResult one_of_several(const SplitTraining& work, const Provenance& from) {
  if (work.folder.has(run_files::results)) {
    fmt::print("split {} is complete\n", work.split.number);
    return read_results(work.folder.path(run_files::results)).front();
  }
  const SplitResult result = train_split(work);
  Provenance own = from;
  own.seconds = result.seconds;
  write_file(work.folder.path(run_files::results), results_json(own, {result}));
  if (interrupt_flag())
    throw Interrupted(
        fmt::format("stopped after split {}; the same command with --resume goes on", result.split));
  return result;
}

}  // namespace

void add_train_options(CLI::App& app, TrainRequest& request) {
  add_data_options(app, request.data);
  add_device_options(app, request.device);
  app.add_option("--out", request.out, "folder for everything the run makes [runs/<data>-1, -2, ...]")
      ->configurable(false);
  app.add_flag("--resume", request.resume, "go on with the run in --out, with the options it began with")
      ->configurable(false);
  app.add_option("--config", request.config,
                 "read options from a file, like the config.toml of a run; the command line wins")
      ->configurable(false);
  app.add_option("--json", request.json, "write the results to this file, too")->configurable(false);
  app.add_flag("--anomalies", request.anomalies, "stop at the first op that makes a NaN and name it (slower)")
      ->configurable(false);
  add_options(app, request.options);
}

namespace {

// Trains and tests all splits into `out`.
std::filesystem::path train_in(CLI::App& app, TrainRequest& request, const std::filesystem::path& out) {
  Device device = open_device(request.device);
  const int threads = device.context().threads;
  const Experiment experiment = open_experiment(request.data, request.options.network, threads);
  const std::vector<NumberedSplit> splits = chosen_splits(request.data, experiment.dataset);
  Provenance from =
      provenance(device, request.data, experiment,
                 test_plan(request.data, experiment.dataset, splits.front().identities.test).name,
                 request.options, threads);
  if (!request.json.empty()) require_output(request.json, "--json", inputs_of(request, experiment.dataset));
  RunFolder folder(out);
  if (!request.resume) require_free(out);  // once more, now that no other process can begin a run there
  const auto keep_config = [&] { write_file(folder.path(run_files::config), config_text(app)); };

  std::vector<SplitResult> results;
  for (const NumberedSplit& split : splits) {
    const auto work = [&](RunFolder& own) {
      return SplitTraining{device, request.options,   request.data, experiment, split,
                           own,    request.anomalies, keep_config};
    };
    if (splits.size() == 1) {
      results.push_back(train_split(work(folder)));
    } else {
      RunFolder own(out / fmt::format("split_{}", split.number));
      results.push_back(one_of_several(work(own), from));
    }
    from.seconds += results.back().seconds;
  }
  const std::string json = results_json(from, results);
  write_file(folder.path(run_files::results), json);
  if (!request.json.empty()) write_file(request.json, json);
  print_table(results, request.options.training.epochs > 0);
  write_report(out, device);
  std::string made;
  for (const char* name : {run_files::report, run_files::results, run_files::model, run_files::ranks,
                           run_files::maps, run_files::log})
    if (folder.has(name)) made += (made.empty() ? "" : ", ") + std::string(name);
  fmt::print("in {}: {}\n", out.string(), made);
  return out;
}

}  // namespace

std::filesystem::path train(CLI::App& app, TrainRequest& request) {
  if (!request.config.empty()) read_config(app, request.config);
  prepare_folder(app, request);
  check(request.options);
  const std::filesystem::path out = request.out;
  if (std::filesystem::exists(out / run_files::results)) {
    fmt::print("the run in {} is complete: its results are in {}\n", out.string(),
               (out / run_files::results).string());
    return out;
  }

  catch_interrupts();
  try {
    return train_in(app, request, out);
  } catch (const Interrupted& stopped) {
    if (std::string_view(stopped.what()) != "stopped") throw;  // it says what is saved
    throw Interrupted(holds_run(out) ? fmt::format("stopped; all that was finished is saved in {}. The same "
                                                   "command with --resume goes on",
                                                   out.string())
                                     : "stopped before the first step; there is nothing to save");
  }
}

std::filesystem::path train(std::vector<std::string> arguments) {
  std::ranges::reverse(arguments);  // the parser takes them from the back
  CLI::App app("", "train");
  TrainRequest request;
  add_train_options(app, request);
  app.parse(arguments);
  return train(app, request);
}

TrainRequest train_request_of(const std::filesystem::path& config) {
  CLI::App app("", "train");
  TrainRequest request;
  add_train_options(app, request);
  read_config(app, config.string());
  return request;
}

}  // namespace triptych
