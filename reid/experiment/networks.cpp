#include "reid/experiment/networks.h"

#include <numeric>

#include "engine/error.h"
#include "engine/file.h"
#include "engine/ranks.h"
#include "reid/evaluation/embed.h"
#include "reid/experiment/leak.h"
#include "reid/experiment/train.h"

namespace triptych {
namespace {

// The recipe whose data the reader names: VIPeR, which cannot be given away with the program.
constexpr const char* viper_recipe = "viper";

}  // namespace

Networks::Networks(Settings settings, const Device& device, const ExperimentData& data,
                   const Watcher& watcher)
    : settings_(std::move(settings)), device_(device), data_(data), watcher_(watcher) {}

const Recipe& Networks::recipe(const std::string& name) {
  const auto found = recipes_.find(name);
  return found != recipes_.end() ? found->second
                                 : recipes_.emplace(name, settings_.recipe(name)).first->second;
}

// ---- keys, for which nothing is trained -------------------------------------------------------------------

const Networks::Source& Networks::source(const std::string& name) {
  if (const auto found = sources_.find(name); found != sources_.end()) return found->second;
  DataChoice choice = recipe(name).source;
  if (name == viper_recipe) {
    require(!settings_.viper.empty(),
            "recipe {} is trained on VIPeR; give the folder of its images with --viper", name);
    choice.data = settings_.viper;
  }
  require(!choice.data.empty(), "recipe {} is started from, but does not say which data it is trained on",
          name);
  Dataset dataset = open_dataset(choice, recipe(name).options.network);
  const NumberedSplit split = chosen_splits(choice, dataset).front();
  const DataDigests digests = digests_of(dataset, choice.data_seed, device_.context().threads);
  return sources_.emplace(name, Source{choice, std::move(dataset), split, digests}).first->second;
}

std::string Networks::start_key(const std::string& start) {
  if (start.empty()) return {};
  const Source& from = source(start);
  const Recipe& how = recipe(start);
  return key_of(inputs_of(network_inputs(machine_of(device_), from.digests, how.options,
                                         from.split.identities, start_key(how.start))));
}

NetworkInputs Networks::inputs(const std::string& name, const NumberedSplit& split) {
  const Recipe& how = recipe(name);
  return network_inputs(machine_of(device_), data_.digests, how.options, split.identities,
                        start_key(how.start));
}

std::string Networks::key(const std::string& name, const NumberedSplit& split) {
  return key_of(inputs_of(inputs(name, split)));
}

std::filesystem::path Networks::place(const std::string& name, const std::string& key) const {
  return settings_.folder / name / short_key(key);
}

// ---- training ---------------------------------------------------------------------------------------------

// A folder with results was finished; one without goes on from its checkpoint. train_and_test looks whether
// its key is this job's.
void Networks::run(const Job& job, const DataChoice& choice, const std::filesystem::path& out) {
  const auto results = out / run_files::results;
  const std::string key = key_of(inputs_of(network_inputs(job)));
  if (on_first_rank(device_, std::filesystem::exists(results))) {
    const auto file = out / run_files::job;
    require(std::filesystem::exists(file) && job_record_from_json(read_file(file), file.string()).key == key,
            "{} does not hold the network that its name says; delete it, and it is trained again",
            out.string());
    return;
  }
  RunFolder folder(out);
  const SplitResult result = train_and_test(job, choice, folder, watcher_);
  Provenance from = provenance(device_, choice, job.data, job.test.name, job.options, settings_.program);
  from.seconds = result.seconds;
  if (leads(device_)) write_file(results, results_json(from, {result}));
}

std::filesystem::path Networks::train_start(const std::string& name) {
  const Recipe& how = recipe(name);
  const std::string key = start_key(name);
  const std::filesystem::path out = place(name, key);
  const bool trained = leads(device_) && std::filesystem::exists(out / run_files::results) &&
                       load_tensors(out / run_files::model, device_).metadata["key"] == key;
  if (on_first_rank(device_, trained)) return out;
  const Source& from = source(name);
  const ExperimentData data =
      open_data(from.choice, how.options.network, device_.context().threads, watcher_);
  Job job = make_job(device_, data, from.choice, how.options, from.split);
  if (!how.start.empty()) {
    job.start_key = start_key(how.start);
    job.options.training.start = (train_start(how.start) / run_files::model).string();
  }
  run(job, from.choice, out);
  return out;
}

void Networks::prepare(const std::string& name) {
  if (const std::string& start = recipe(name).start; !start.empty()) train_start(start);
}

std::filesystem::path Networks::train(const std::string& name, const NumberedSplit& split) {
  const Recipe& how = recipe(name);
  const std::filesystem::path out = place(name, key(name, split));
  DataChoice choice = settings_.data;
  choice.split = fmt::format("{}", split.number);
  Job job = make_job(device_, data_at(how.options.network), choice, how.options, split);
  if (!how.start.empty()) {
    job.start_key = start_key(how.start);
    job.options.training.start = (train_start(how.start) / run_files::model).string();
  }
  run(job, choice, out);
  return out;
}

const ExperimentData& Networks::data_at(const NetworkOptions& network) {
  const auto [at, is_new] = sizes_.try_emplace({network.image_height, network.image_width});
  if (is_new) at->second = open_data(settings_.data, network, device_.context().threads, watcher_);
  return at->second;
}

Model Networks::load(const std::string& name, const NumberedSplit& split, double& seconds) {
  const std::filesystem::path run = train(name, split);
  Model model = load_model(run / run_files::model, device_);
  require(model.key == key(name, split), "{} is not the network that its folder says; delete the folder {}",
          (run / run_files::model).string(), run.string());
  require_unknown(model, data_at(model.options.network), split.identities.test,
                  (run / run_files::model).string());
  seconds = read_results(run / run_files::results).front().seconds;
  return model;
}

const Networks::Embedded& Networks::embed(const std::string& name, const NumberedSplit& split) {
  const std::string wanted = key(name, split);
  if (wanted == embedded_key_) return embedded_;
  double seconds = 0;
  const Model model = load(name, split, seconds);
  const ExperimentData& data = data_at(model.options.network);
  std::vector<Index> all(data.dataset.samples.size());
  std::iota(all.begin(), all.end(), Index(0));
  EmbeddedImages embedded = triptych::embed(model, data.images, all, model.selection);
  embedded_ = {std::move(embedded.embedding), embedded.size,
               train_and_validation(split.identities.train, model.options.training).test, seconds};
  embedded_key_ = wanted;
  return embedded_;
}

Networks::Tested Networks::test(const std::string& name, const NumberedSplit& split, const TestPlan& plan,
                                bool true_masks) {
  Tested tested;
  Model model = load(name, split, tested.seconds);
  model.options.testing.occluders = true_masks;
  tested.dimensions = model.network->embedding_size();
  tested.draws = evaluate(model, data_at(model.options.network), plan, watcher_);
  return tested;
}

}  // namespace triptych
