#include "reid/evaluation/embed.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <numeric>

#include "apps/commands.h"
#include "apps/image_list.h"
#include "apps/options.h"
#include "apps/progress.h"
#include "apps/ranks.h"
#include "datasets/image_folder.h"
#include "engine/error.h"
#include "engine/ranks.h"

namespace triptych {
namespace {

struct EmbedRequest {
  std::string model, folder, out;
  DataChoice data;
  DeviceChoice device;
};

struct Opened {
  Dataset dataset;
  ImageSource images;
  std::size_t unreadable = 0;  // images that were left out
};

// Any folder of images: those that cannot be read are named on stderr and left out.
Opened open_folder(const EmbedRequest& request, const Model& model, const Watcher& watcher) {
  ImageFolder folder = images_below(request.folder, true);
  for (const Finding& finding : folder.findings) watcher.say("warning: " + finding.sentence);
  const NetworkOptions& network = model.options.network;
  const int threads = model.network->device().context().threads;
  const ImageSettings settings =
      image_settings(request.data, network.image_height, network.image_width, threads);
  const auto failures = images_on_demand(as_dataset(folder, request.folder), settings)
                            .try_all(threads, [&](Index done, Index total) {
                              watcher.progress("reading images", done, total);
                            });
  for (const Failure& failure : failures) {
    fmt::print(stderr, "left out: {}\n", failure.message);
    folder.images[static_cast<std::size_t>(failure.index)].file.clear();
  }
  std::erase_if(folder.images, [](const FolderImage& image) { return image.file.empty(); });
  require(!folder.images.empty(), "none of the images in {} can be read", request.folder);
  watcher.say(
      fmt::format("{}: {} images, {}", request.folder, folder.images.size(),
                  folder.layout.empty() ? "people unknown" : "people as in the layout " + folder.layout));
  Opened opened{as_dataset(folder, request.folder), {}, failures.size()};
  opened.images = images_on_demand(opened.dataset, settings);
  return opened;
}

Opened open_images_of(const EmbedRequest& request, const Model& model, const Watcher& watcher) {
  if (!request.folder.empty()) return open_folder(request, model, watcher);
  ExperimentData data =
      open_data(request.data, model.options.network, model.network->device().context().threads, watcher);
  return {std::move(data.dataset), std::move(data.images)};
}

void embed_command(const EmbedRequest& request) {
  require_array_name(request.out);
  const std::shared_ptr<Communicator> ranks = join_ranks("Nothing was written; start it again");
  Device device = open_device(request.device);
  share_device(device, ranks);
  const Model model = load_model(request.model, device);
  Printer printer;
  const Opened data = open_images_of(request, model, printer.watcher());
  const RowsOutput out(request.out, data.dataset, {request.model});
  std::vector<Index> all(data.dataset.samples.size());
  std::iota(all.begin(), all.end(), Index(0));
  const EmbeddedImages embedded = embed(
      model, data.images, all, model.selection, Keep::embeddings,
      [watcher = printer.watcher()](Index done, Index total) { watcher.progress("embedding", done, total); });
  printer.clear();
  if (!leads(device)) return;
  out.write(embedded.size, embedded.embedding);
  fmt::print("{} embeddings of {} numbers in {}, their images in {}\n", embedded.count, embedded.size,
             request.out, out.list().string());
  require(data.unreadable == 0, "{} images in {} cannot be read and have no embedding; they are named above",
          data.unreadable, request.folder);
}

}  // namespace

void add_embed(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("embed", "write the embeddings of all images of a folder or of a data set");
  const auto request = std::make_shared<EmbedRequest>();
  command->add_option("--model", request->model, "model.safetensors of a run")->required();
  command->add_option("folder", request->folder,
                      "any folder of images, with all its sub-folders, in place of --data or --list");
  add_rows_options(*command, request->data, request->out, "size");
  add_device_options(*command, request->device);
  command->footer(
      "Example:\n  triptych embed --model runs/first/model.safetensors photos --out photos.npy\n"
      "  triptych embed --model runs/first/model.safetensors --data synthetic:50 --out people.npy");
  command->callback([request, command] {
    const bool set = command->count("--data") + command->count("--list") > 0;
    if (set && !request->folder.empty())
      throw CLI::ExcludesError("a folder", "--data and --list, which say which images");
    if (request->folder.empty()) require_images(*command);
    embed_command(*request);
  });
}

}  // namespace triptych
