#include "apps/trained_networks.h"

#include <CLI/CLI.hpp>
#include <numeric>

#include "apps/run_folder.h"
#include "apps/split_training.h"
#include "apps/training.h"
#include "engine/error.h"
#include "reid/evaluation/embed.h"

namespace triptych {
namespace {

// What a recipe with a `start` begins from: the same network, taught by drawn people; once for all splits.
constexpr const char* first_recipe = "synthetic";

}  // namespace

TrainedNetworks::TrainedNetworks(Settings settings, Device& device, const Dataset& dataset)
    : settings_(std::move(settings)), device_(device), dataset_(dataset) {}

// The same as `triptych train` with the recipe as its --config: a reader can make any of these networks alone.
std::filesystem::path TrainedNetworks::train(const std::string& recipe, int split) {
  const std::filesystem::path config = settings_.recipes / (recipe + ".toml");
  const std::filesystem::path out = settings_.folder / recipe / fmt::format("split_{}", split);
  std::vector<std::string> arguments = {"--data",      settings_.data.data,
                                        "--split",     fmt::format("{}", split),
                                        "--data-seed", fmt::format("{}", settings_.data.data_seed)};
  if (!settings_.data.splits.empty()) arguments.insert(arguments.end(), {"--splits", settings_.data.splits});
  for (const auto& [name, kind] : protocol_names)
    if (kind == settings_.data.protocol) arguments.insert(arguments.end(), {"--protocol", std::string(name)});
  if (starts_from_another(config)) {
    const std::filesystem::path start = settings_.folder / first_recipe;
    run(settings_.recipes / (std::string(first_recipe) + ".toml"), start, {});
    arguments.insert(arguments.end(), {"--start", (start / run_files::model).string()});
  }
  run(config, out, arguments);
  return out;
}

bool TrainedNetworks::starts_from_another(const std::filesystem::path& config) const {
  CLI::App app("", "train");
  TrainRequest request;
  add_train_options(app, request);
  read_config(app, config.string());
  return !request.options.training.start.empty();
}

void TrainedNetworks::run(const std::filesystem::path& config, const std::filesystem::path& out,
                          std::vector<std::string> arguments) const {
  if (std::filesystem::exists(out / run_files::results)) return;
  require(std::filesystem::exists(config),
          "there is no recipe {}; --recipes names the folder of the recipes that come with the sources",
          config.string());
  const bool resumes = std::filesystem::exists(out / run_files::config);
  if (resumes) arguments = {"--resume"};
  arguments.insert(arguments.end(), {"--out", out.string()});
  if (!resumes)
    arguments.insert(arguments.end(), {"--config", config.string(), "--device", settings_.device.device});
  if (settings_.device.threads > 0)
    arguments.insert(arguments.end(), {"--threads", fmt::format("{}", settings_.device.threads)});
  std::ranges::reverse(arguments);  // the parser takes them from the back
  CLI::App app("", "train");
  TrainRequest request;
  add_train_options(app, request);
  app.parse(arguments);
  triptych::train(app, request);
}

const PictureSet& TrainedNetworks::pictures(const NetworkOptions& network) {
  const auto [at, is_new] = pictures_.try_emplace({network.picture_height, network.picture_width});
  if (is_new)
    at->second = load_pictures(dataset_, network.picture_height, network.picture_width,
                               device_.context().threads, settings_.data.data_seed);
  return at->second;
}

const TrainedNetworks::Embedded& TrainedNetworks::embed(const std::string& recipe,
                                                        const NumberedSplit& split) {
  const std::string key = fmt::format("{} {}", recipe, split.number);
  if (key == key_) return embedded_;
  const std::filesystem::path run = train(recipe, split.number);
  const Model model = load_model(run / run_files::model, device_);
  std::vector<Index> all(dataset_.samples.size());
  std::iota(all.begin(), all.end(), Index(0));
  EmbeddedPictures embedded = triptych::embed(model, pictures(model.options.network), all, model.selection);
  embedded_ = {std::move(embedded.embedding), embedded.size,
               train_and_validation(split.people.train, model.options.training).test,
               read_results(run / run_files::results).front().seconds};
  key_ = key;
  return embedded_;
}

}  // namespace triptych
