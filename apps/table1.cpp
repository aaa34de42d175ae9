#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "apps/commands.h"
#include "apps/interrupt.h"
#include "apps/progress.h"
#include "apps/ranks.h"
#include "apps/training.h"
#include "apps/version.h"
#include "engine/error.h"
#include "engine/file.h"
#include "engine/ranks.h"
#include "reid/experiment/report.h"
#include "reid/experiment/run_folder.h"
#include "reid/experiment/table_run.h"
#include "reid/features/feature.h"

namespace triptych {
namespace {

struct TableRequest {
  DataChoice data;
  DeviceChoice device;
  std::string out = "runs/table1", rows = "all", recipes = "apps/recipes", viper;
};

// table1.md, table1.json, the figure, and the page.
void write_table(const ResultTable& table, const Dataset& dataset, const Device& device,
                 const Provenance& from, const std::filesystem::path& out) {
  const std::string text = markdown(table);
  write_file(out / "table1.md", text);
  write_file(out / "table1.json", table_json(table, from));
  const Drawing figure = table_figure(
      table, fmt::format("{}: cumulative matching characteristics", dataset.name), figure_methods());
  write_file(out / "cmc.svg", figure.to_svg());
  write_png(out / "cmc.png", figure.to_image());
  const std::filesystem::path page = write_report(out, device);
  fmt::print("\n{}\nin {}: table1.md, table1.json (every rank), cmc.svg, cmc.png, rows/, {}\n", text,
             out.string(), page.filename().string());
}

void table1_command(const TableRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  catch_interrupts();
  const std::vector<std::string> slugs = chosen_methods(request.rows);
  const std::shared_ptr<Communicator> ranks =
      join_ranks("The rows that are ready are kept; the same command goes on, with any number of ranks");
  Device device = open_device(request.device);
  share_device(device, ranks);
  Printer printer;
  const Watcher watcher = printer.watcher();
  const ExperimentData data =
      open_data(request.data, feature_height, feature_width, device.context().threads, watcher);
  const FolderLock lock = leads(device) ? lock_folder(request.out) : FolderLock();
  const ResultTable table =
      compute_table({device, request.data, data, slugs, request.rows == "all", request.out,
                     [&](const std::string& name) { return read_recipe(request.recipes, name); },
                     request.viper, this_program()},
                    watcher);
  printer.clear();
  if (ranks && !ranks->leads()) return;
  Provenance from = provenance(device, request.data, data, table.protocol, Options{}, this_program());
  from.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  write_table(table, data.dataset, device, from, request.out);
}

}  // namespace

void add_table1(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "table1", "the paper's table and past it: every method, on every split, beside the published figures");
  const auto request = std::make_shared<TableRequest>();
  request->data.split = "all";
  add_data_options(*command, request->data);
  add_device_options(*command, request->device);
  command
      ->add_option("--out", request->out,
                   "folder for the table and all that it is made of; an unfinished one goes on")
      ->capture_default_str();
  command
      ->add_option(
          "--rows", request->rows,
          "all; fast: those for which no network is trained; occluded: those on occluded queries, which all "
          "leaves out; or names with commas, as in rows/ of a table")
      ->capture_default_str();
  command->add_option("--recipes", request->recipes, "folder of the networks' recipes")
      ->capture_default_str();
  command->add_option(
      "--viper", request->viper,
      "folder of VIPeR, for the row whose network began with it; without it, 'all' leaves it out");
  command->footer(
      "Example:\n"
      "  triptych table1 --data PRID450S --splits PRID450S/partition_10trials.json --out runs/table1\n"
      "  triptych table1 --data VIPER --splits VIPER/partition_10trials.json --rows fast --out runs/viper\n"
      "Ctrl-C keeps what is ready; the same command goes on.");
  command->callback([request] { table1_command(*request); });
}

}  // namespace triptych
