#include "reid/experiment/report.h"

#include <algorithm>
#include <optional>

#include "engine/error.h"
#include "engine/file.h"
#include "reid/experiment/job.h"
#include "reid/experiment/patch_truth.h"
#include "reid/experiment/run_folder.h"
#include "reid/report/page/cmc_section.h"
#include "reid/report/page/distances_section.h"
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

// A run's folder with what its job.json says about it.
struct Run {
  fs::path top;    // as it was given
  fs::path split;  // folder of the split that is shown in detail: `top`, or split_K in it
  JobRecord job;
  std::string why;  // there is no such record, in words; empty when there is
};

Run open_run(const fs::path& folder, const std::string& data) {
  Run run{folder, folder, {}, {}};
  for (int number = 1; run.split == folder && number <= 1000; ++number)
    if (const fs::path split = folder / fmt::format("split_{}", number); fs::is_directory(split))
      run.split = split;
  const fs::path file = run.split / run_files::job;
  if (fs::exists(file))
    run.job = job_record_from_json(read_file(file), file.string());
  else
    run.why =
        fmt::format("{} has no {}, which says what the run was made on.", run.split.string(), run_files::job);
  if (!data.empty()) run.job.data.data = data;
  run.job.data.split = std::to_string(run.job.split);
  return run;
}

// The labels that were kept after every E step.
std::vector<EmRound> em_rounds(const Run& run, const Device& device) {
  std::vector<EmRound> rounds;
  for (Index number = 1;; ++number) {
    const fs::path file = run.split / run_files::maps / fmt::format("round_{}.safetensors", number);
    if (!fs::exists(file)) return rounds;
    rounds.push_back({number, load_labels(file, device), {}});
  }
}

// The maps of an E step against the masks of the renderer, in words; empty for photographs.
std::string quality_in_words(const SavedLabels& saved, const Run& run, const ExperimentData& data) {
  if (!data.dataset.synthetic) return {};
  std::vector<PatchTruth> truth;
  for (const Index sample : saved.samples) {
    const std::vector<PatchTruth> one =
        patch_truth(data.dataset, run.job.data.data_seed, sample, run.job.options.network);
    truth.insert(truth.end(), one.begin(), one.end());
  }
  const MapQuality quality = map_quality("s", saved.labels.grid, saved.labels.map, truth);
  return fmt::format(
      "Against the renderer's mask of the person the maps have an AUC of {:.2f}; a map that knows only the "
      "row "
      "and the column of a patch has {:.2f}{}.",
      quality.person, quality.person_position,
      quality.beats_position() ? "" : ". So these maps do not show where to look in an image");
}

// A section, or why it cannot be drawn: a page never fails a run that is complete.
template <class Make>
Section section_or_why(const char* name, Make make) {
  try {
    return make();
  } catch (const Error& error) {
    return absent(name, fmt::format("This part cannot be shown: {}.", error.what()));
  }
}

// A training step on the weights that the run has come to. What an old checkpoint cannot be resumed for is
// for the reader to know.
Section tape_of_step(const Run& run, const Device& device, const ExperimentData& data,
                     const NumberedSplit& split) {
  const Options& options = run.job.options;
  const Split identities = train_and_validation(split.identities.train, options.training);
  Section section;
  Trainer trainer(device, options, {data.dataset, data.images, identities.train, identities.test});
  if (fs::exists(run.split / run_files::checkpoint)) trainer.resume(run.split / run_files::checkpoint);
  trainer.inspect_step(
      [&](const Tape& tape) { section = tape_section(tape, trainer.model().network->parameters()); });
  return section;
}

// Everything that needs the images: who was tested and how, and what the network makes of them.
void add_image_sections(const Run& run, const Device& device, const ExperimentData& data,
                        const NumberedSplit& split, ImageStore& store, const Watcher& watcher,
                        std::vector<Section>& sections) {
  const Options& options = run.job.options;
  const auto drawn = [&] { watcher.progress("drawing the page", static_cast<Index>(sections.size()), 6); };
  sections.push_back(section_or_why("em", [&] {
    std::vector<EmRound> rounds = em_rounds(run, device);
    for (EmRound& round : rounds) round.quality = quality_in_words(round.saved, run, data);
    return em_section(rounds, data.dataset, data.images, options.network, store);
  }));
  const fs::path model_file = run.split / run_files::model;
  if (!fs::exists(model_file)) {
    for (const char* name : {"gallery", "distances", "embedding", "looks", "tape"})
      sections.push_back(
          absent(name, "There is no trained network in this folder: the run is not complete."));
    return;
  }
  drawn();
  std::optional<Model> model;
  std::optional<Tested> tested;
  const auto of_tested = [&](const char* name, auto make) {
    sections.push_back(section_or_why(name, [&] {
      if (!model) model.emplace(load_model(model_file, device));
      if (!tested)
        tested.emplace(
            embed_tested(*model, data.dataset, data.images,
                         test_plan(run.job.data, data.dataset, split.identities.test).draws.front()));
      return make(*tested);
    }));
    drawn();
  };
  of_tested("gallery", [&](const Tested& t) { return gallery_section(t, store); });
  of_tested("distances", [&](const Tested& t) {
    const fs::path file = run.split / thresholds_file;
    std::optional<OpenThresholds> chosen;
    if (fs::exists(file)) chosen = thresholds_from_json(read_file(file), file.string());
    return distances_section(t, chosen);
  });
  of_tested("embedding", [&](const Tested& t) {
    return embedding_section(t, store, options.training.seed, [&](Index done, Index total) {
      watcher.progress("laying out the embeddings", done, total);
    });
  });
  of_tested("looks", [&](const Tested& t) { return looks_section(t, store); });
  sections.push_back(section_or_why("tape", [&] { return tape_of_step(run, device, data, split); }));
  drawn();
}

// The images of a run, or nothing and why.
std::optional<ExperimentData> images_of(const Run& run, const Device& device, std::string& why) {
  if (!(why = run.why).empty()) return std::nullopt;
  try {
    // On demand: a page shows a few hundred images of a set, whatever its size.
    const NetworkOptions& network = run.job.options.network;
    ExperimentData data{open_dataset(run.job.data, network), {}, {}};
    data.images = images_on_demand(
        data.dataset,
        image_settings(run.job.data, network.image_height, network.image_width, device.context().threads));
    return data;
  } catch (const Error& error) {
    why = fmt::format("The images cannot be read ({}); triptych report --data says where they are now.",
                      error.what());
    return std::nullopt;
  }
}

// The page of a run of `train`.
std::string page_of_run(const fs::path& folder, const Device& device, const std::string& data,
                        const Watcher& watcher) {
  const Run run = open_run(folder, data);
  const std::string results = text_or_nothing(folder / run_files::results);
  const DataChoice& choice = run.job.data;
  std::vector<Section> sections;
  DataSummary summary;
  summary.name = fs::path(choice.data.substr(0, choice.data.find(':'))).filename().string();
  std::string why;  // there are no images
  const std::optional<ExperimentData> images = images_of(run, device, why);
  const ImageSource none;
  ImageStore store(images ? images->images : none);
  if (images) {
    const NumberedSplit split = chosen_splits(choice, images->dataset).front();
    const Split identities = train_and_validation(split.identities.train, run.job.options.training);
    const Dataset& dataset = images->dataset;
    summary = {summary.name,
               dataset.layout,
               static_cast<Index>(dataset.samples.size()),
               dataset.identities,
               dataset.cameras,
               static_cast<Index>(identities.train.size()),
               static_cast<Index>(identities.test.size()),
               static_cast<Index>(split.identities.test.size())};
    add_image_sections(run, device, *images, split, store, watcher, sections);
  } else {
    for (const char* section : {"em", "gallery", "distances", "embedding", "looks", "tape"})
      sections.push_back(absent(section, why));
  }
  sections.push_back(run_section(results, summary));
  sections.push_back(results.empty() ? absent("cmc", "The run is not complete, so nobody was tested yet.")
                                     : cmc_section_of_run(results, summary.layout));
  sections.push_back(training_section(run.split / run_files::log, run.split / run_files::epochs,
                                      run.split / run_files::events));
  return page_html(fmt::format("{}, {}", folder.filename().string(), summary.name), sections, store.json());
}

// The page of a table: its curves, and where it comes from.
std::string page_of_table(const fs::path& folder) {
  const std::string table = read_file(folder / table_file);
  std::vector<Section> sections = {run_section(table, {}), cmc_section_of_table(table)};
  for (const char* name : {"training", "em", "gallery", "distances", "embedding", "looks", "tape"})
    sections.push_back(absent(
        name,
        "This folder holds a table of methods; the folders of its trainings have reports of their own."));
  return page_html(fmt::format("{}, a table of methods", folder.filename().string()), sections, "[]");
}

}  // namespace

fs::path write_report(const fs::path& folder, const Device& device, const std::string& data,
                      const Watcher& watcher) {
  const fs::path clean = folder.filename().empty() ? folder.parent_path() : folder;
  require(fs::is_directory(clean), "there is no folder {}; give the --out folder of a run", clean.string());
  const bool table = fs::exists(clean / table_file);
  require(table || holds_run(clean) || fs::exists(clean / run_files::config),
          "{} holds neither a run of train or demo nor a table; give the --out folder of one",
          clean.string());
  const fs::path page = clean / run_files::report;
  write_file(page, table ? page_of_table(clean) : page_of_run(clean, device, data, watcher));
  return page;
}

}  // namespace triptych
