#include "apps/training.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "apps/interrupt.h"
#include "apps/progress.h"
#include "apps/ranks.h"
#include "apps/version.h"
#include "engine/error.h"
#include "engine/file.h"
#include "engine/ranks.h"
#include "reid/experiment/report.h"
#include "reid/experiment/run.h"
#include "reid/report/table.h"

namespace triptych {
namespace {

void require_free(const std::filesystem::path& out) {
  require(!holds_run(out),
          "{} already holds a run; go on with it by --resume, or give another --out (or delete the folder)",
          out.string());
}

// Makes sure that no run is overwritten.
void prepare_folder(TrainRequest& request) {
  if (request.resume) {
    require(!request.out.empty(), "--resume needs --out: the folder of the run that is to go on");
    require(std::filesystem::exists(std::filesystem::path(request.out) / run_files::config),
            "there is no run to resume in {}: it has no {}; leave --resume out to start one", request.out,
            run_files::config);
    return;
  }
  if (request.out.empty()) {
    const std::string name =
        std::filesystem::path(request.data.data.substr(0, request.data.data.find(':'))).filename();
    request.out = free_run_folder(name.empty() ? "train" : name).string();
  }
  require_free(request.out);
}

// --json must not replace a file that the run reads.
void require_json(const TrainRequest& request) {
  if (request.json.empty()) return;
  std::vector<std::filesystem::path> inputs = {request.config, request.data.splits,
                                               request.options.training.start};
  for (const Sample& sample : open_dataset(request.data.data).samples) inputs.push_back(sample.file);
  require_output(request.json, "--json", inputs);
}

// What a run is stopped with before or after its training says what is kept.
std::vector<SplitResult> run_or_stop(const RunJob& job, const Watcher& watcher) {
  try {
    return run(job, watcher);
  } catch (const Interrupted& stopped) {
    if (std::string_view(stopped.what()) != "stopped") throw;  // it says what is saved
    throw Interrupted(
        holds_run(job.folder)
            ? fmt::format("stopped; all that was finished is saved in {}. The same command with "
                          "--resume goes on",
                          job.folder.string())
            : "stopped before the first step; there is nothing to save");
  }
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
  fmt::print("\n{}\n{}\n", test_sentence(results.front()), cmc_table(rows));
}

}  // namespace

void add_train_options(CLI::App& app, TrainRequest& request) {
  add_data_options(app, request.data);
  add_occlude_option(app, request.data);
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
  add_baselines_option(app, request.baselines, "the untrained network and the raw pixels");
  add_options(app, request.options);
}

void read_files(CLI::App& app, const TrainRequest& request) {
  if (!request.config.empty()) read_config(app, request.config);
  const auto config = std::filesystem::path(request.out) / run_files::config;
  if (request.resume && !request.out.empty() && std::filesystem::exists(config))
    read_config_of_run(app, config.string());
}

std::filesystem::path train(const TrainRequest& asked) {
  TrainRequest request = asked;
  const std::shared_ptr<Communicator> ranks = join_ranks(
      "What the last checkpoint has is kept; the same command with --resume goes on, with any number of "
      "ranks");
  const bool leads = !ranks || ranks->leads();
  if (leads) prepare_folder(request);
  if (ranks) request.out = ranks->broadcast(request.out);
  check(request.options);
  const std::filesystem::path out = request.out;
  const bool complete = leads && std::filesystem::exists(out / run_files::results);
  if (ranks ? ranks->any(complete) : complete) {
    fmt::print("the run in {} is complete: its results are in {}\n", out.string(),
               (out / run_files::results).string());
    return out;
  }
  catch_interrupts();
  Device device = open_device(request.device);
  share_device(device, ranks);
  Printer printer;
  require_json(request);
  const std::vector<SplitResult> results = run_or_stop(
      {device, request.data, request.options, out, request.anomalies, this_program(), request.baselines},
      printer.watcher());
  printer.clear();
  if (!leads) return out;
  join(device, nullptr);  // the page is the first rank's own work
  if (!request.json.empty()) write_file(request.json, read_file(out / run_files::results));
  print_table(results, request.options.training.epochs > 0);
  write_report(out, device, {}, printer.watcher());
  printer.clear();
  std::string made;
  for (const char* name : {run_files::report, run_files::results, run_files::model, run_files::ranks,
                           run_files::maps, run_files::log})
    if (std::filesystem::exists(out / name)) made += (made.empty() ? "" : ", ") + std::string(name);
  fmt::print("in {}: {}\n", out.string(), made);
  return out;
}

Recipe read_recipe(const std::filesystem::path& folder, const std::string& name) {
  const std::filesystem::path file = folder / (name + ".toml");
  require(std::filesystem::exists(file),
          "there is no recipe {}; --recipes names the folder of the recipes that come with the sources",
          file.string());
  CLI::App app("", "train");
  TrainRequest request;
  request.data.data.clear();
  add_train_options(app, request);
  read_config(app, file.string());
  Recipe recipe{name, request.options, request.data, {}};
  recipe.start = std::filesystem::path(request.options.training.start).parent_path().filename().string();
  recipe.options.training.start.clear();
  return recipe;
}

}  // namespace triptych
