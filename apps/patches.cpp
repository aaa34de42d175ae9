#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>

#include "apps/commands.h"
#include "apps/options.h"
#include "apps/progress.h"
#include "engine/error.h"
#include "reid/experiment/patch_truth.h"

namespace triptych {
namespace {

struct PatchesRequest {
  std::string model;
  DataChoice data;
  DeviceChoice device;
};

std::string figure(double auc) {
  return std::isnan(auc) ? "-" : fmt::format("{:.3f}", auc);
}

void patches_command(const PatchesRequest& request) {
  Device device = open_device(request.device);
  const Model model = load_model(request.model, device);
  const Dataset dataset = open_dataset(request.data);
  require(dataset.synthetic || request.data.occlude > 0,
          "which pixels of {} are person is not known; give --data synthetic:..., or --occlude SHARE, which "
          "knows what it pastes",
          request.data.data);
  Printer printer;
  const ExperimentData data =
      open_data(request.data, model.options.network, device.context().threads, printer.watcher());
  const NumberedSplit split = chosen_splits(request.data, data.dataset).front();
  const TestPlan plan = test_plan(request.data, data.dataset, split.identities.test);
  const std::vector<MapQuality> maps = map_qualities(model, data, request.data.data_seed, plan);
  printer.clear();
  fmt::print(
      "\nAUC over the patches of {} test people: a patch of the person above one of anything else, and a\n"
      "visible patch above an occluded one; beside it, a map that knows the patch's row and column alone\n"
      "{:<6} {:>8} {:>9} {:>9} {:>9}\n",
      split.identities.test.size(), "map", "person", "position", "visible", "position");
  for (const MapQuality& map : maps)
    fmt::print("{:<6} {:>8} {:>9} {:>9} {:>9}\n", map.map, figure(map.person), figure(map.person_position),
               figure(map.hidden), figure(map.hidden_position));
  for (const MapQuality& map : maps)
    if (!map.beats_position())
      fmt::print("{} tells less than the position alone: it does not show where to look in an image\n",
                 map.map);
}

}  // namespace

void add_patches(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "patches", "measure the similarity map and the patch gate against what the images really show");
  const auto request = std::make_shared<PatchesRequest>();
  command->add_option("--model", request->model, "model.safetensors of a run")->required();
  add_data_options(*command, request->data);
  add_occlude_option(*command, request->data);
  add_device_options(*command, request->device);
  command->footer(
      "Example:\n  triptych patches --model runs/demo/model.safetensors --data synthetic:240,occlusion=1");
  command->callback([request] { patches_command(*request); });
}

}  // namespace triptych
