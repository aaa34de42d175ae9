#include <CLI/CLI.hpp>
#include <memory>
#include <numeric>

#include "apps/commands.h"
#include "apps/options.h"
#include "apps/progress.h"
#include "engine/error.h"
#include "engine/file.h"
#include "engine/text.h"
#include "reid/report/npy.h"

namespace triptych {
namespace {

struct EmbedRequest {
  std::string model, out;
  DataChoice data;
  DeviceChoice device;
};

constexpr const char* image_list_header = "row,file,person,camera\n";
constexpr const char* npy_kind = "a NumPy array";

std::string image_list(const Dataset& dataset) {
  std::string text = image_list_header;
  for (std::size_t row = 0; row < dataset.samples.size(); ++row) {
    const Sample& sample = dataset.samples[row];
    const std::string identity = sample.identity == distractor
                                     ? ""
                                     : dataset.identity_names[static_cast<std::size_t>(sample.identity)];
    text += fmt::format("{},{},{},{}\n", row, csv_field(sample.file.string()), csv_field(identity),
                        sample.camera + 1);
  }
  return text;
}

void embed_command(const EmbedRequest& request) {
  std::filesystem::path out = request.out;
  require(out.extension() == ".npy",
          "--out {} must end in .npy; the list of images goes into the .csv beside it", request.out);
  Device device = open_device(request.device);
  const Model model = load_model(request.model, device);
  Printer printer;
  const ExperimentData data =
      open_data(request.data, model.options.network, device.context().threads, printer.watcher());
  std::filesystem::path list = out;
  list.replace_extension(".csv");
  std::vector<std::filesystem::path> inputs = {request.model};
  for (const Sample& sample : data.dataset.samples) inputs.push_back(sample.file);
  for (const std::filesystem::path& file : {out, list}) {
    require_output(file, "--out", inputs);
    require_replaceable(file, file == out ? npy_kind : file_kind(image_list_header));
  }
  std::vector<Index> all(data.dataset.samples.size());
  std::iota(all.begin(), all.end(), Index(0));
  const EmbeddedImages embedded = embed(
      model, data.images, all, model.selection, Keep::embeddings,
      [watcher = printer.watcher()](Index done, Index total) { watcher.progress("embedding", done, total); });
  printer.clear();
  write_npy(out, embedded.count, embedded.size, embedded.embedding);
  write_file(list, image_list(data.dataset));
  fmt::print("{} embeddings of {} numbers in {}, their images in {}\n", embedded.count, embedded.size,
             request.out, list.string());
}

}  // namespace

void add_embed(CLI::App& app) {
  CLI::App* command = app.add_subcommand("embed", "write the embeddings of all images of a data set");
  const auto request = std::make_shared<EmbedRequest>();
  command->add_option("--model", request->model, "model.safetensors of a run")->required();
  CLI::Option* data =
      command->add_option("--data", request->data.data, "a folder of images, or synthetic[:PEOPLE]");
  command->add_option("--list", request->data.list, "CSV file that lists the images (see train --help)");
  add_memory_option(*command, request->data);
  command->add_option("--data-seed", request->data.data_seed, "of synthetic people")->capture_default_str();
  command
      ->add_option("--out", request->out,
                   "a .npy file, float32 [images, size]; rows are listed in the .csv beside it")
      ->required();
  add_device_options(*command, request->device);
  command->footer(
      "Example:\n  triptych embed --model runs/first/model.safetensors --data synthetic:50 --out people.npy");
  command->callback([request, data] {
    if (data->count() == 0 && request->data.list.empty()) throw CLI::RequiredError("--data or --list");
    embed_command(*request);
  });
}

}  // namespace triptych
