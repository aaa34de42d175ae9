#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "apps/commands.h"
#include "datasets/dataset.h"
#include "datasets/inspection.h"
#include "datasets/pair_sheet.h"
#include "datasets/save_synthetic.h"
#include "datasets/sequences.h"
#include "engine/error.h"
#include "engine/file.h"
#include "engine/json.h"
#include "kernels/processors.h"

namespace triptych {
namespace {

struct DataOptions {
  std::string data, list, out, pairs, json;
  Index count = 24, frames = 0;
  std::uint64_t seed = 1;
  int threads = default_threads();
};

nlohmann::json to_json(const Dataset& dataset, const Inspection& inspection) {
  nlohmann::json sizes = nlohmann::json::array();
  for (const Inspection::Size& size : inspection.sizes)
    sizes.push_back({{"height", size.height}, {"width", size.width}, {"images", size.images}});
  std::vector<std::string> warnings = dataset.warnings, wrong;
  for (const Finding& finding : inspection.findings)
    (finding.wrong ? wrong : warnings).push_back(finding.sentence);
  return {{"data", dataset.root},
          {"layout", dataset.layout},
          {"images", dataset.samples.size()},
          {"people", dataset.identities},
          {"cameras", dataset.cameras},
          {"images_of_camera", dataset.images_of_camera},
          {"distractors", dataset.distractors},
          {"one_camera_people", dataset.one_camera_identities},
          {"junk", dataset.junk},
          {"sizes", sizes},
          {"unreadable", inspection.unreadable},
          {"warnings", warnings},
          {"wrong", wrong}};
}

void run_data(const DataOptions& options) {
  const Dataset dataset = options.list.empty() ? open_dataset(options.data, options.frames)
                                               : open_list(options.list, options.data);
  std::vector<std::filesystem::path> inputs;
  for (const Sample& sample : dataset.samples) inputs.push_back(sample.file);
  for (const auto& [option, file, kind] : {std::tuple("--json", options.json, "a JSON object"),
                                           std::tuple("--pairs", options.pairs, "a PNG image")}) {
    if (file.empty()) continue;
    require_output(file, option, inputs);
    require_replaceable(file, kind);
  }
  const Inspection inspection = inspect(dataset, options.threads);
  fmt::print("{}{}", summary(dataset), summary(inspection));
  if (!options.json.empty()) write_file(options.json, json_dump(to_json(dataset, inspection), 2) + "\n");
  for (const std::string& sentence : inspection.unreadable) fmt::print("error: {}\n", sentence);
  require(inspection.unreadable.empty(), "{} of the {} images of {} cannot be read; they are listed above",
          inspection.unreadable.size(), dataset.samples.size(), dataset.root);
  const auto wrong = std::ranges::count_if(inspection.findings, &Finding::wrong);
  require(wrong == 0, "figures measured on {} would be wrong: see the {} above", dataset.root,
          wrong == 1 ? "line marked 'wrong'" : fmt::format("{} lines marked 'wrong'", wrong));
  if (!options.out.empty()) {
    save_synthetic(dataset, options.seed, options.threads, options.out);
    fmt::print("saved        {} people in {}, with ten splits in partition_10trials.json\n",
               dataset.identities, options.out);
  }
  if (!options.pairs.empty()) {
    const bool walks = std::ranges::all_of(dataset.samples, [](const Sample& s) { return s.track >= 0; });
    write_png(options.pairs,
              draw_pairs(walks ? join_sequences(dataset) : dataset, options.count, options.seed));
    fmt::print("pairs        {}\n", options.pairs);
  }
}

}  // namespace

void add_data(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("data", "Look at a data set: what it holds, what is wrong with it");
  const auto options = std::make_shared<DataOptions>();
  CLI::Option* data = command->add_option("--data,data", options->data,
                                          "folder of a data set, or synthetic:PEOPLE[,KNOB=0..1]...");
  command->add_option("--list", options->list,
                      "CSV file that lists the images: path,person,camera,part[,sequence,frame]");
  command->add_option(
      "--out", options->out,
      "save synthetic people in this folder, in the layout of PRID-450S, or of iLIDS-VID when "
      "they walk");
  command->add_option("--frames", options->frames,
                      "synthetic people walk: how many frames each camera's sequence of a person has");
  command->add_option("--pairs", options->pairs,
                      "draw matched pairs into this PNG file, of sequences as film strips");
  command->add_option("--count", options->count, "how many pairs")->capture_default_str();
  command->add_option("--json", options->json, "write the summary to this file as JSON");
  command->add_option("--seed", options->seed, "of everything random: synthetic people, splits, which pairs")
      ->capture_default_str();
  command->add_option("--threads", options->threads, "processors to use")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  command->footer("Layouts that are understood:\n" + understood_layouts() +
                  "\n\nExample:\n  triptych data synthetic:100 --out people --pairs people/pairs.png");
  command->callback([options, data] {
    if (data->count() == 0 && options->list.empty()) throw CLI::RequiredError("--data or --list");
    run_data(*options);
  });
}

}  // namespace triptych
