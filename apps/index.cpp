#include <CLI/CLI.hpp>
#include <memory>

#include "apps/commands.h"
#include "apps/options.h"
#include "apps/progress.h"
#include "apps/ranks.h"
#include "engine/error.h"
#include "engine/file.h"
#include "engine/ranks.h"
#include "reid/search/indexing.h"
#include "reid/search/shared_embedding.h"

namespace triptych {
namespace {

struct IndexRequest {
  std::string file, model;
  std::vector<std::string> paths;
  int camera = 0;  // from 1; 0: as the layout says
  bool no_labels = false;
  DeviceChoice device;
};

IndexedFolder folder_of(const IndexRequest& request, const std::string& path) {
  return {path, !request.no_labels, request.camera - 1};
}

// The rows of a search are made now, and not at the first search.
void print_rows(const ImageIndex& index) {
  const ImageIndex::Searchable rows =
      index.searchable([](const std::string& why) { fmt::print(stderr, "{}\n", why); });
  fmt::print("{}: {} images, {} numbers each\n", index.file().string(), rows.rows->count(),
             rows.rows->size());
}

void print_report(const ImageIndex& index, const IndexingReport& report) {
  const Index unchanged = report.found - report.added - report.changed - report.unreadable;
  fmt::print("{} images looked at: {} new, {} changed, {} as before; {} embedded, {} taken out\n",
             report.found, report.added, report.changed, unchanged, report.embedded, report.removed);
  print_rows(index);
  for (const std::string& sentence : report.left_out) fmt::print(stderr, "left out: {}\n", sentence);
  require(report.left_out.empty(),
          "not everything could be read, and what is named above is not in the index {}: replace it and run "
          "'triptych index update {}'",
          index.file().string(), index.file().string());
}

// Several ranks share the embedding: the first one alone opens the index, reads images and writes, and the
// others embed what it asks for.
struct Workers {
  std::shared_ptr<Communicator> ranks =
      join_ranks("What is in the index stays there; the same command goes on");
  Device device;

  explicit Workers(const DeviceChoice& choice) : device(open_device(choice)) { share_device(device, ranks); }
  // By every rank: true, when all is done, on those that helped.
  bool helped() const {
    if (leads(device)) return false;
    help_to_embed(load_model(ranks->broadcast(""), device));
    return true;
  }
  // By the first rank.
  Model load(const std::filesystem::path& file) const {
    if (ranks) ranks->broadcast(file.string());
    return load_model(file, device);
  }
};

// The model of the index, or of --model, which must be the same.
Model model_of(const IndexRequest& request, const ImageIndex& index, const Workers& workers) {
  const std::filesystem::path file = request.model.empty() ? index.model().file.string() : request.model;
  std::error_code code;
  require(!request.model.empty() || std::filesystem::exists(file, code),
          "the model {} that the index {} was made with is not there; say with --model where it is now",
          file.string(), index.file().string());
  Model model = workers.load(file);
  index.require_model(indexed_model(file, model.key, model.network->embedding_size()));
  return model;
}

void add_all(ImageIndex& index, const Model& model, const IndexRequest& request) {
  Printer printer;
  IndexingReport all;
  for (const std::string& path : request.paths) {
    all += add_to_index(index, model, folder_of(request, path), printer.watcher());
    printer.clear();
  }
  end_help(model);
  print_report(index, all);
}

void make_index(const IndexRequest& request) {
  if (request.file.empty() && request.model.empty() && !request.paths.empty() &&
      !std::filesystem::exists(request.paths.front()))
    fail("there is no folder '{}', and 'index' has no such subcommand, but add, update, remove and show",
         request.paths.front());
  if (request.file.empty()) throw CLI::RequiredError("--out");
  if (request.model.empty()) throw CLI::RequiredError("--model");
  if (request.paths.empty()) throw CLI::RequiredError("FOLDER");
  const Workers workers(request.device);
  if (workers.helped()) return;
  require_output(request.file, "--out", std::vector<std::filesystem::path>{request.model});
  const Model model = workers.load(request.model);
  ImageIndex index(request.file, indexed_model(request.model, model.key, model.network->embedding_size()));
  add_all(index, model, request);
}

void add_command(const IndexRequest& request) {
  const Workers workers(request.device);
  if (workers.helped()) return;
  ImageIndex index(request.file, ImageIndex::Access::write);
  add_all(index, model_of(request, index, workers), request);
}

void update_command(const IndexRequest& request) {
  const Workers workers(request.device);
  if (workers.helped()) return;
  ImageIndex index(request.file, ImageIndex::Access::write);
  const Model model = model_of(request, index, workers);
  Printer printer;
  const IndexingReport report = update_index(index, model, printer.watcher());
  printer.clear();
  end_help(model);
  print_report(index, report);
}

void remove_command(const IndexRequest& request) {
  require_one_rank("index remove");
  ImageIndex index(request.file, ImageIndex::Access::write);
  IndexingReport all;
  for (const std::string& path : request.paths) all += remove_from_index(index, path);
  fmt::print("{} image{} taken out\n", all.removed, all.removed == 1 ? "" : "s");
  print_rows(index);
  for (const std::string& sentence : all.left_out) fmt::print(stderr, "{}\n", sentence);
}

void show_command(const IndexRequest& request) {
  require_one_rank("index show");
  const ImageIndex index(request.file, ImageIndex::Access::read);
  const IndexedModel& model = index.model();
  fmt::print("index        {}\nimages       {}, {} numbers each\nmodel        {}\nmodel key    {}\n",
             request.file, index.count(), model.dimensions, model.file.string(),
             model.key.empty() ? "unknown" : model.key);
  for (const IndexedFolder& folder : index.folders())
    fmt::print("folder       {}{}{}\n", folder.path, folder.labels ? "" : ", without labels",
               folder.camera < 0 ? "" : fmt::format(", camera {}", folder.camera + 1));
}

void add_model_options(CLI::App& app, IndexRequest& request, const char* what) {
  app.add_option("--model", request.model, what);
  add_device_options(app, request.device);
}
void add_folder_options(CLI::App& app, IndexRequest& request) {
  app.add_option("folder", request.paths, "folders of images, with all their sub-folders, or images");
  app.add_option("--camera", request.camera, "which camera took them, from 1 [0: as the layout says]");
  app.add_flag("--no-labels", request.no_labels, "do not look for identities and cameras in a layout");
}

}  // namespace

void add_index(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("index", "keep the embeddings of folders of images in a file that 'rank' searches");
  const auto request = std::make_shared<IndexRequest>();
  add_model_options(*command, *request, "model.safetensors of a run");
  command->add_option("--out", request->file,
                      "the index, an SQLite database; what it holds already is not embedded again");
  add_folder_options(*command, *request);
  command->require_subcommand(0, 1);

  struct Sub {
    const char *name, *what;
    void (*run)(const IndexRequest&);
    bool embeds, folders;
  };
  for (const Sub& sub :
       {Sub{"add", "add the images of more folders", add_command, true, true},
        Sub{"update",
            "embed what is new or changed in the folders of the index, and take "
            "out what is gone",
            update_command, true, false},
        Sub{"remove", "take images, or all images below a folder, out", remove_command, false, false},
        Sub{"show", "print what an index holds", show_command, false, false}}) {
    CLI::App* change = command->add_subcommand(sub.name, sub.what);
    change->add_option("index", request->file, "the index")->required();
    if (sub.folders) add_folder_options(*change, *request);
    if (sub.run == remove_command)
      change->add_option("path", request->paths, "images or folders")->required();
    if (sub.embeds) add_model_options(*change, *request, "where the index's model is [where it was]");
    change->callback([request, run = sub.run] {
      if (run == add_command && request->paths.empty()) throw CLI::RequiredError("FOLDER");
      run(*request);
    });
  }
  command->footer(
      "Example:\n"
      "  triptych data synthetic:100 --out people\n"
      "  triptych index --model runs/demo/model.safetensors --out people.index people/cam_a\n"
      "  triptych index add people.index people/cam_b\n"
      "  triptych rank --gallery people.index --query people/cam_b/img_0007.png --json found.json");
  command->callback([request, command] {
    if (command->get_subcommands().empty()) make_index(*request);
  });
}

}  // namespace triptych
