#include "reid/training/trainer.h"

#include <algorithm>

#include "engine/error.h"
#include "engine/ranks.h"
#include "engine/stop.h"
#include "reid/evaluation/calibration.h"
#include "reid/training/streams.h"

namespace triptych {
namespace {

std::vector<Index> sorted(std::vector<Index> identities) {
  require(identities.size() >= 2,
          "there are {} people to train on; the losses compare people, so at least 2 are needed",
          identities.size());
  std::ranges::sort(identities);
  return identities;
}

// What the training of `options` begins with: new weights, or those of a model file that fit them.
Model first_model(const Device& device, const Options& options, const ImageSource& images,
                  const std::vector<Index>& samples) {
  Model model = make_model(
      device, options,
      measure_by_camera(images, samples, options.network.camera_colours, device.context().threads));
  if (const std::string& start = options.training.start; !start.empty()) {
    const TensorFile file = load_tensors(start, device);
    restore_parameters(model.network->parameters(), file, start);
    model.trained_on = trained_on(file, start);
  }
  for (const Index sample : samples) model.trained_on.push_back(images.hash(sample));
  std::ranges::sort(model.trained_on);
  model.trained_on.erase(std::ranges::unique(model.trained_on).begin(), model.trained_on.end());
  return model;
}

Optimizer::Options optimizer_options(const TrainingOptions& t) {
  Optimizer::Options options;
  options.kind = t.optimizer, options.rate = t.rate, options.momentum = t.momentum, options.decay = t.decay;
  return options;
}

// Does `work`; false when a stop was requested meanwhile (engine/stop.h). Several ranks stop between two
// steps alone, where they agree on it: within `work` each would stop somewhere else.
template <class Work>
bool finishes(bool several_ranks, const Work& work) {
  std::optional<StopShield> shield;
  if (several_ranks) shield.emplace();
  try {
    work();
    return true;
  } catch (const Interrupted&) {
    return false;
  }
}

}  // namespace

Trainer::Trainer(const Device& device, const Options& options, const TrainingData& data,
                 bool detect_anomalies)
    : device_(device),
      options_(options),
      data_{data.dataset, data.images, sorted(data.train), data.validation},
      detect_anomalies_(detect_anomalies),
      samples_(samples_for_training(data_.dataset, data_.train)),
      model_(first_model(device, options, data_.images, samples_)),
      identity_(options.loss.identity_weight > 0
                    ? std::make_unique<Linear>(device, Random(options.training.seed).split(identity_start),
                                               model_.network->embedding_size(),
                                               static_cast<Index>(data_.train.size()))
                    : nullptr),
      optimizer_(parameters(), optimizer_options(options.training)),
      told_(data_.dataset),
      identities_(data_.train),
      labels_(PatchLabels::everything(static_cast<Index>(samples_.size()), model_.network->grid())),
      pool_mask_(labels_.v) {
  const double total = static_cast<double>(total_steps());
  require(!shares_batches() || !detect_anomalies,
          "--anomalies looks at every value of a step, of which each of several ranks has a part: leave out "
          "mpirun");
  require(
      options.training.labels == Labels::known || options.training.images == 2 || data_.dataset.cameras > 2,
      "--images is {}, but between two cameras --labels pseudo makes identities of two images: set "
      "--images 2",
      options.training.images);
  schedule_ = {options.training.schedule, options.training.rate,
               static_cast<Index>(options.training.warmup * total), std::max<Index>(1, total_steps())};
  row_of_sample_.assign(data_.dataset.samples.size(), -1);
  for (std::size_t row = 0; row < samples_.size(); ++row)
    row_of_sample_[static_cast<std::size_t>(samples_[row])] = static_cast<Index>(row);
  // The gate learns from the first step on where the true masks are its labels.
  if (options.em.labels == ELabels::occluders && options.loss.gate_weight > 0)
    model_.selection = PatchSelection::By::gate;
  if (options.training.labels == Labels::pseudo)
    use_pairs(guess_pairs());
  else
    open_source();
}

// An epoch draws as many images as there are, whether or not training is told whose they are.
Index Trainer::steps_per_epoch() const {
  const TrainingOptions& t = options_.training;
  const Index identities = std::min(t.identities, static_cast<Index>(data_.train.size()));
  const Index batch = identities * t.images, images = static_cast<Index>(samples_.size());
  return (images + batch - 1) / batch;
}

Index Trainer::total_steps() const {
  return options_.training.epochs * steps_per_epoch();
}

ParameterList Trainer::parameters() const {
  ParameterList list = model_.network->parameters();
  if (identity_) identity_->list("identity", list);
  return list;
}

// E steps stand at the end of the first M step and at equal distances from there to the end of the training.
bool Trainer::is_em_epoch(Index epoch) const {
  const EmOptions& em = options_.em;
  if (em.rounds < 2 || em_settled_ || epoch == 0) return false;
  const auto epochs = static_cast<double>(options_.training.epochs);
  const double first = em.start * epochs, apart = (epochs - first) / static_cast<double>(em.rounds - 1);
  for (Index e = 0; e < em.rounds - 1; ++e)
    if (static_cast<Index>(first + static_cast<double>(e) * apart) == epoch) return true;
  return false;
}

bool Trainer::shares_batches() const {
  const std::shared_ptr<Communicator> ranks = ranks_of(device_);
  return ranks && ranks->ranks() > 1;
}

// Ranks stop together: when one of them is asked to.
bool Trainer::stop_wanted(const TrainingObserver& observer) const {
  const bool here = observer.stop && *observer.stop;
  return shares_batches() ? ranks_of(device_)->any(here) : here;
}

bool Trainer::run(const TrainingObserver& observer) {
  while (position_ < total_steps()) {
    const Index epoch = position_ / steps_per_epoch(), step = position_ % steps_per_epoch();
    // A stop in an E step leaves the state from before it, which does the E step again when it is resumed.
    if (step == 0 && is_em_epoch(epoch) && !finishes(shares_batches(), [&] { em_round(epoch, observer); }))
      return false;
    const StepRecord record = train_step(epoch, step, observer);
    if (observer.on_step) observer.on_step(record);
    watch_for_collapse(record, observer);
    if (step + 1 == steps_per_epoch()) {
      const TrainingOptions& t = options_.training;
      if (observer.on_epoch) observer.on_epoch(epoch_);
      if (!data_.validation.empty() && (epoch + 1) % t.validate_every == 0 && observer.on_validation) {
        const StopShield finish;  // the step is done, and its validation would not be made again
        observer.on_validation(validate(epoch + 1, observer));
      }
      if (observer.on_checkpoint && ((epoch + 1) % t.save_every == 0 || epoch + 1 == t.epochs))
        observer.on_checkpoint();
    }
    if (stop_wanted(observer)) break;
  }
  return position_ == total_steps() && finishes(shares_batches(), [&] {
           calibrate(model_, data_.images, samples_, observer.progress_of("embedding the training images"));
         });
}

}  // namespace triptych
