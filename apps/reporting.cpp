#include "apps/reporting.h"

#include <algorithm>
#include <optional>

#include "apps/experiment.h"
#include "apps/run_folder.h"
#include "apps/split_training.h"
#include "apps/training.h"
#include "engine/error.h"
#include "engine/file.h"
#include "reid/report/page/cmc_section.h"
#include "reid/report/page/em_section.h"
#include "reid/report/page/embedding_section.h"
#include "reid/report/page/gallery_section.h"
#include "reid/report/page/looks_section.h"
#include "reid/report/page/page.h"
#include "reid/report/page/run_section.h"
#include "reid/report/page/tape_section.h"
#include "reid/report/page/training_section.h"

namespace triptych {
namespace {

namespace fs = std::filesystem;

constexpr const char* table_file = "table1.json";

std::string text_or_nothing(const fs::path& file) {
  return fs::exists(file) ? read_file(file) : std::string();
}

// A run's folder with what its config.toml says about it.
struct Run {
  fs::path top;    // as it was given
  fs::path split;  // where the training of the split that is shown in detail lies: `top`, or split_K in it
  int number = 0;  // of that split; 0: the only one
  TrainRequest request;
};

Run open_run(const fs::path& folder, const std::string& data) {
  Run run{folder, folder, 0, {}};
  for (int number = 1; run.number == 0 && number <= 1000; ++number)
    if (const fs::path split = folder / fmt::format("split_{}", number); fs::is_directory(split))
      run.split = split, run.number = number;
  fs::path config = folder / run_files::config;
  if (!fs::exists(config)) config = folder.parent_path() / run_files::config;  // split_K of a run of several
  if (fs::exists(config)) run.request = train_request_of(config);
  if (!data.empty()) run.request.data.data = data;
  if (run.number > 0) run.request.data.split = std::to_string(run.number);
  if (run.number == 0 && folder.filename().string().starts_with("split_"))
    run.request.data.split = folder.filename().string().substr(std::string("split_").size());
  return run;
}

// The labels that were kept after every E step.
std::vector<EmRound> em_rounds(const Run& run, const Device& device) {
  std::vector<EmRound> rounds;
  for (Index number = 1;; ++number) {
    const fs::path file = run.split / run_files::maps / fmt::format("round_{}.safetensors", number);
    if (!fs::exists(file)) return rounds;
    rounds.push_back({number, load_labels(file, device)});
  }
}

// A training step on the weights that the run has come to. What a checkpoint of long ago cannot be resumed
// for, say because the images were cut anew, is the reader's to know.
Section tape_of_step(const Run& run, const Device& device, const Experiment& experiment,
                     const NumberedSplit& split) {
  const Options& options = run.request.options;
  const Split identities = train_and_validation(split.identities.train, options.training);
  Section section;
  try {
    Trainer trainer(device, options,
                    {experiment.dataset, experiment.images, identities.train, identities.test});
    if (fs::exists(run.split / run_files::checkpoint)) trainer.resume(run.split / run_files::checkpoint);
    trainer.inspect_step(
        [&](const Tape& tape) { section = tape_section(tape, trainer.model().network->parameters()); });
  } catch (const Error& error) {
    return absent("tape",
                  fmt::format("The training cannot be taken up again to look at a step: {}.", error.what()));
  }
  return section;
}

// Everything that needs the images: who was tested and how, and what the network makes of them.
void add_image_sections(const Run& run, const Device& device, const Experiment& experiment,
                        const NumberedSplit& split, ImageStore& store, std::vector<Section>& sections) {
  const Options& options = run.request.options;
  sections.push_back(
      em_section(em_rounds(run, device), experiment.dataset, experiment.images, options.network, store));
  const fs::path model_file = run.split / run_files::model;
  if (!fs::exists(model_file)) {
    for (const char* name : {"gallery", "embedding", "looks", "tape"})
      sections.push_back(
          absent(name, "There is no trained network in this folder: the run is not complete."));
    return;
  }
  const Model model = load_model(model_file, device);
  const TestPlan plan = test_plan(run.request.data, experiment.dataset, split.identities.test);
  const Tested tested = embed_tested(model, experiment.dataset, experiment.images, plan.draws.front());
  sections.push_back(gallery_section(tested, store));
  sections.push_back(embedding_section(tested, store, options.training.seed));
  sections.push_back(looks_section(tested, store));

  sections.push_back(tape_of_step(run, device, experiment, split));
}

// The page of a run of `train`.
std::string page_of_run(const fs::path& folder, const Device& device, const std::string& data) {
  const Run run = open_run(folder, data);
  const std::string results = text_or_nothing(folder / run_files::results);
  const DataChoice& choice = run.request.data;
  const std::string name = fs::path(choice.data.substr(0, choice.data.find(':'))).filename().string();
  std::vector<Section> sections;
  DataSummary summary;
  summary.name = name;
  std::optional<Experiment> experiment;
  std::string why;  // there are no images
  try {
    const NetworkOptions& network = run.request.options.network;
    Dataset dataset = open_dataset(choice.data);
    ImageSettings settings{network.image_height, network.image_width, choice.data_seed};
    settings.threads = device.context().threads;
    ImageSource images = open_images(dataset, settings);
    experiment = Experiment{std::move(dataset), std::move(images), {}};
  } catch (const Error& error) {
    why = fmt::format("The images cannot be read ({}); triptych report --data says where they are now.",
                      error.what());
  }
  ImageSource none;
  ImageStore store(experiment ? experiment->images : none);
  if (experiment) {
    const NumberedSplit split = chosen_splits(choice, experiment->dataset).front();
    const Split identities = train_and_validation(split.identities.train, run.request.options.training);
    const Dataset& dataset = experiment->dataset;
    summary = {name,
               dataset.layout,
               static_cast<Index>(dataset.samples.size()),
               dataset.identities,
               dataset.cameras,
               static_cast<Index>(identities.train.size()),
               static_cast<Index>(identities.test.size()),
               static_cast<Index>(split.identities.test.size())};
    add_image_sections(run, device, *experiment, split, store, sections);
  } else {
    for (const char* section : {"em", "gallery", "embedding", "looks", "tape"})
      sections.push_back(absent(section, why));
  }
  sections.push_back(run_section(results, summary));
  sections.push_back(results.empty() ? absent("cmc", "The run is not complete, so nobody was tested yet.")
                                     : cmc_section_of_run(results, summary.layout));
  sections.push_back(training_section(run.split / run_files::log, run.split / run_files::epochs,
                                      run.split / run_files::events));
  return page_html(fmt::format("{}, {}", folder.filename().string(), name), sections, store.json());
}

// The page of a table: its curves, and where it comes from.
std::string page_of_table(const fs::path& folder) {
  const std::string table = read_file(folder / table_file);
  std::vector<Section> sections = {run_section(table, {}), cmc_section_of_table(table)};
  for (const char* name : {"training", "em", "gallery", "embedding", "looks", "tape"})
    sections.push_back(absent(
        name,
        "This folder holds a table of methods; the folders of its trainings have reports of their own."));
  return page_html(fmt::format("{}, a table of methods", folder.filename().string()), sections, "[]");
}

}  // namespace

fs::path write_report(const fs::path& folder, const Device& device, const std::string& data) {
  const fs::path clean = folder.filename().empty() ? folder.parent_path() : folder;
  require(fs::is_directory(clean), "there is no folder {}; give the --out folder of a run", clean.string());
  const bool table = fs::exists(clean / table_file);
  require(table || holds_run(clean) || fs::exists(clean / run_files::config),
          "{} holds neither a run of train or demo nor a table; give the --out folder of one",
          clean.string());
  const fs::path page = clean / run_files::report;
  write_file(page, table ? page_of_table(clean) : page_of_run(clean, device, data));
  return page;
}

}  // namespace triptych
