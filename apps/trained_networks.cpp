#include "apps/trained_networks.h"

#include <numeric>

#include "apps/run_folder.h"
#include "apps/split_training.h"
#include "apps/training.h"
#include "engine/error.h"
#include "reid/evaluation/embed.h"

namespace triptych {
namespace {

// The recipe whose data the reader names: VIPeR, which is nobody's to give away.
constexpr const char* viper_recipe = "viper";

}  // namespace

TrainedNetworks::TrainedNetworks(Settings settings, const Device& device, const Dataset& dataset)
    : settings_(std::move(settings)), device_(device), dataset_(dataset) {}

// The same as `triptych train` with the recipe as its --config: a reader can make any of these networks
// alone.
std::filesystem::path TrainedNetworks::train(const std::string& recipe, int split) {
  const std::filesystem::path out = settings_.folder / recipe / fmt::format("split_{}", split);
  std::vector<std::string> arguments = {"--data",      settings_.data.data,
                                        "--split",     fmt::format("{}", split),
                                        "--data-seed", fmt::format("{}", settings_.data.data_seed)};
  if (!settings_.data.splits.empty()) arguments.insert(arguments.end(), {"--splits", settings_.data.splits});
  for (const auto& [name, kind] : protocol_names)
    if (kind == settings_.data.protocol) arguments.insert(arguments.end(), {"--protocol", std::string(name)});
  const std::vector<std::string> start = start_of(recipe);
  arguments.insert(arguments.end(), start.begin(), start.end());
  run(recipe, out, arguments);
  return out;
}

std::filesystem::path TrainedNetworks::config_of(const std::string& recipe) const {
  const std::filesystem::path config = settings_.recipes / (recipe + ".toml");
  require(std::filesystem::exists(config),
          "there is no recipe {}; --recipes names the folder of the recipes that come with the sources",
          config.string());
  return config;
}

std::vector<std::string> TrainedNetworks::start_of(const std::string& recipe) {
  const std::string start = train_request_of(config_of(recipe)).options.training.start;
  if (start.empty()) return {};
  const std::string first = std::filesystem::path(start).parent_path().filename().string();
  const std::filesystem::path out = settings_.folder / first;
  std::vector<std::string> arguments = start_of(first);
  if (first == viper_recipe) {
    require(!settings_.viper.empty(),
            "recipe {} starts from a network that knows VIPeR; give the folder of its images with --viper",
            recipe);
    arguments.insert(arguments.end(), {"--data", settings_.viper});
  }
  run(first, out, arguments);
  return {"--start", (out / run_files::model).string()};
}

void TrainedNetworks::run(const std::string& recipe, const std::filesystem::path& out,
                          std::vector<std::string> arguments) const {
  if (std::filesystem::exists(out / run_files::results)) return;
  const bool resumes = std::filesystem::exists(out / run_files::config);
  if (resumes) arguments = {"--resume"};
  arguments.insert(arguments.end(), {"--out", out.string()});
  if (!resumes)
    arguments.insert(arguments.end(),
                     {"--config", config_of(recipe).string(), "--device", settings_.device.device});
  if (settings_.device.threads > 0)
    arguments.insert(arguments.end(), {"--threads", fmt::format("{}", settings_.device.threads)});
  triptych::train(std::move(arguments));
}

const ImageSource& TrainedNetworks::images(const NetworkOptions& network) {
  const auto [at, is_new] = images_.try_emplace({network.image_height, network.image_width});
  if (is_new) {
    ImageSettings settings{network.image_height, network.image_width, settings_.data.data_seed};
    settings.threads = device_.context().threads;
    at->second = open_images(dataset_, settings);
  }
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
  EmbeddedImages embedded = triptych::embed(model, images(model.options.network), all, model.selection);
  embedded_ = {std::move(embedded.embedding), embedded.size,
               train_and_validation(split.identities.train, model.options.training).test,
               read_results(run / run_files::results).front().seconds};
  key_ = key;
  return embedded_;
}

}  // namespace triptych
