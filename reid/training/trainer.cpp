#include "reid/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/error.h"
#include "engine/stop.h"
#include "reid/evaluation/calibration.h"

namespace triptych {
namespace {

// Streams of random numbers, so that no purpose disturbs another.
enum Stream : std::uint64_t { sampling = 11, augmenting, dropping, mining, identity_start };

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

// 0 means no clipping: then no norm is too large.
double largest_norm(const TrainingOptions& t) {
  return t.clip > 0 ? t.clip : std::numeric_limits<double>::infinity();
}

OnProgress progress_of(const TrainingObserver& observer, const char* what) {
  if (!observer.on_progress) return {};
  return [&observer, what](Index done, Index total) { observer.on_progress(what, done, total); };
}

double mean_row_norm(const Tensor& rows) {
  const std::vector<Real> values = rows.values();
  const Index n = rows.shape()[0], width = rows.shape().last();
  double sum = 0;
  for (Index i = 0; i < n; ++i) {
    double squares = 0;
    for (Index j = 0; j < width; ++j)
      squares += std::pow(static_cast<double>(values[static_cast<std::size_t>(i * width + j)]), 2);
    sum += std::sqrt(squares);
  }
  return sum / static_cast<double>(n);
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
  schedule_ = {options.training.schedule, options.training.rate,
               static_cast<Index>(options.training.warmup * total), std::max<Index>(1, total_steps())};
  row_of_sample_.assign(data_.dataset.samples.size(), -1);
  for (std::size_t row = 0; row < samples_.size(); ++row)
    row_of_sample_[static_cast<std::size_t>(samples_[row])] = static_cast<Index>(row);
  if (options.training.labels == Labels::pseudo)
    use_pairs(guess_pairs());
  else
    open_source();
}

// An epoch is as many steps as it takes to see everybody once, whether or not training is told who they are.
Index Trainer::steps_per_epoch() const {
  const auto identities = static_cast<Index>(data_.train.size());
  const Index batch = std::min(options_.training.identities, identities);
  return (identities + batch - 1) / batch;
}

Index Trainer::total_steps() const {
  return options_.training.epochs * steps_per_epoch();
}

ParameterList Trainer::parameters() const {
  ParameterList list = model_.network->parameters();
  if (identity_) identity_->list("identity", list);
  return list;
}

// ---- who is who -------------------------------------------------------------------------------------------

void Trainer::open_source() {
  source_.emplace(told_, data_.images,
                  PkSampler(told_, identities_, options_.training.identities, 2,
                            Random(options_.training.seed).split(sampling).stream()),
                  options_.augmentation, model_.normalisation, options_.network.crop_height,
                  options_.network.crop_width, Random(options_.training.seed).split(augmenting).stream(),
                  device_.context().threads, true);
}

// By the network's embedding, or by colours as long as it has not learnt anything.
Pairs Trainer::guess_pairs() const {
  const bool untrained = position_ == 0 && options_.training.start.empty();
  const RowsOf by_colours = [&](std::span<const Index> samples) {
    return stripe_colours(data_.images, samples);
  };
  const RowsOf by_network = [&](std::span<const Index> samples) {
    return embed(model_, data_.images, samples, PatchSelection::By::everything).embedding;
  };
  return pair_up(device_, data_.dataset, samples_, untrained ? by_colours : by_network,
                 untrained ? stripe_colour_numbers : model_.network->embedding_size());
}

void Trainer::use_pairs(Pairs pairs) {
  pairs_ = std::move(pairs);
  source_.reset();  // it reads told_
  told_ = relabelled(data_.dataset, pairs_);
  identities_.resize(pairs_.size());
  std::iota(identities_.begin(), identities_.end(), Index(0));
  open_source();
}

// ---- one step ---------------------------------------------------------------------------------------------

// The labels of the batch's patches out of those of all training images. A mirrored image has mirrored
// labels, and what was exchanged brings its labels along; the few pixels of a crop's offset, small against a
// patch, are left out of account.
Tensor Trainer::batch_labels(const Batch& batch, const std::vector<std::uint8_t>& all) const {
  const PatchGrid& grid = labels_.grid;
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0; i < batch.samples.size(); ++i)
    for (Index r = 0; r < grid.rows; ++r) {
      const bool upper = (2 * r + 1) * batch.height < 2 * grid.rows * batch.cut[i];  // by the patch's middle
      const std::size_t from = upper ? i : static_cast<std::size_t>(batch.lower[i]);
      const Index row = row_of_sample_[static_cast<std::size_t>(batch.samples[from])];
      for (Index c = 0; c < grid.columns; ++c) {
        const Index column = batch.mirrored[from] ? grid.columns - 1 - c : c;
        labels.push_back(all[static_cast<std::size_t>(row * grid.patches() + r * grid.columns + column)]);
      }
    }
  return Tensor::from(device_, {batch.size, grid.rows, grid.columns}, std::span<const std::uint8_t>(labels));
}

Trainer::Forward Trainer::forward(Tape& tape, const Batch& batch) {
  const Random random(options_.training.seed);
  const auto position = static_cast<std::uint64_t>(position_);
  Random noise = random.split(dropping).split(position), choice = random.split(mining).split(position);
  // Borrowed: the tape ends before the source is asked for its next batch, and only then is this one's memory
  // filled anew.
  const Tensor pixels = Tensor::borrowed(device_, {batch.size, batch.height, batch.width, 3}, batch.pixels);

  PatchSelection selection;
  if (round_ > 1) selection = {PatchSelection::By::labels, batch_labels(batch, pool_mask_)};
  Forward pass;
  pass.output = (*model_.network)(tape.input(pixels), selection, Mode::train, noise);

  LossInputs inputs;
  inputs.identities = batch.labels;
  inputs.labels = batch_labels(batch, labels_.v);
  inputs.train_gate = round_ > 1;
  if (identity_) {
    std::vector<std::int32_t> column;
    for (const std::int32_t identity : batch.labels)
      column.push_back(
          static_cast<std::int32_t>(std::ranges::lower_bound(data_.train, identity) - data_.train.begin()));
    inputs.identity_logits = (*identity_)(pass.output.embedding);
    inputs.identity = Tensor::from(device_, {batch.size}, std::span<const std::int32_t>(column));
  }
  pass.loss = total_loss(pass.output, inputs, options_.loss, options_.em.reach, choice);
  return pass;
}

// The batches of the source one after the other: with fewer pairs than people its own epochs are shorter than
// ours.
const Batch& Trainer::next_batch() {
  const Index steps = source_->sampler().steps_per_epoch();
  return source_->batch(position_ / steps, position_ % steps);
}

StepRecord Trainer::train_step(Index epoch, Index step, const TrainingObserver& observer) {
  const auto start = std::chrono::steady_clock::now();
  Tape tape;
  tape.detect_anomalies = detect_anomalies_;
  if (observer.on_tape) observer.on_tape(tape);
  const Batch& batch = next_batch();
  const Forward pass = forward(tape, batch);

  StepRecord record;
  record.epoch = epoch, record.step = position_;
  record.loss = pass.loss.total.value ? static_cast<double>(pass.loss.total.value.item()) : 0;
  require(std::isfinite(record.loss),
          "the loss became {} at epoch {}, step {}: the training diverged; try a lower --rate, or "
          "--anomalies to be told the "
          "first op that makes a NaN",
          record.loss, epoch, position_);
  for (const auto& [name, part] : pass.loss.parts)
    record.parts.emplace_back(name, static_cast<double>(part.value.item()));
  const MinedTriplets& mined = pass.loss.mined;
  record.mean_positive = mined.mean_positive, record.mean_negative = mined.mean_negative;
  record.active =
      mined.possible ? static_cast<double>(mined.active) / static_cast<double>(mined.possible) : 0;
  record.embedding_norm = mean_row_norm(pass.output.pooled.value);
  record.rate = schedule_.at(position_);
  if (step == 0) epoch_ = {};
  epoch_.epoch = epoch;
  epoch_.distances.add(mined.distances, batch.labels);

  if (pass.loss.total.value) back_and_update(pass.loss.total, record);
  ++position_;
  record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return record;
}

void Trainer::back_and_update(const Variable& loss, StepRecord& record) {
  const ParameterList list = parameters();
  clear_gradients(list);
  loss.tape()->backward(loss);
  if ((position_ + 1) % steps_per_epoch() == 0) epoch_.layers = layer_gradient_norms(list);
  record.gradient_norm = clip_gradients(list, largest_norm(options_.training));
  require(std::isfinite(record.gradient_norm),
          "the gradient became {} at epoch {}, step {}: try a lower --rate, or --anomalies to be told the "
          "first op that "
          "makes a NaN",
          record.gradient_norm, record.epoch, position_);
  optimizer_.step(record.rate);
}

void Trainer::inspect_step(const std::function<void(const Tape&)>& look,
                           const std::function<void(Tape&)>& prepare) {
  Tape tape;
  tape.profile = tape.keep = true;
  if (prepare) prepare(tape);
  const Forward pass = forward(tape, source_->batch(0, 0));
  clear_gradients(parameters());
  if (pass.loss.total.value) tape.backward(pass.loss.total);
  look(tape);
}

// Does `work`; false when a stop was requested meanwhile (engine/stop.h).
template <class Work>
bool finishes(const Work& work) {
  try {
    work();
    return true;
  } catch (const Interrupted&) {
    return false;
  }
}

// ---- the run ----------------------------------------------------------------------------------------------

bool Trainer::run(const TrainingObserver& observer) {
  while (position_ < total_steps()) {
    const Index epoch = position_ / steps_per_epoch(), step = position_ % steps_per_epoch();
    // A stop in an E step leaves the state from before it, which does the E step again when it is resumed.
    if (step == 0 && is_em_epoch(epoch) && !finishes([&] { em_round(epoch, observer); })) return false;
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
    if (observer.stop && *observer.stop) break;
  }
  return position_ == total_steps() && finishes([&] {
           calibrate(model_, data_.images, samples_, progress_of(observer, "embedding the training images"));
         });
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

void Trainer::em_round(Index epoch, const TrainingObserver& observer) {
  EmRecord record;
  record.round = round_, record.epoch = epoch;
  if (!data_.validation.empty()) record.rank1 = validate(epoch, observer).rank1;

  const Pairs before = pairs_;
  if (options_.training.labels == Labels::pseudo) {
    use_pairs(guess_pairs());
    record.pairs = static_cast<Index>(pairs_.size()), record.right = share_right(data_.dataset, pairs_);
  }
  PatchLabels next;
  try {
    next = judge_patches(observer);
  } catch (const Interrupted&) {
    if (pairs_ != before) use_pairs(before);
    throw;
  }
  record.changed = share_changed(labels_, next);
  record.kept = next.share_kept();
  use_labels(std::move(next));
  ++round_;
  em_settled_ = record.changed < options_.em.stop && pairs_ == before;
  // From now on there is a gate in training, and images nobody has labels for are left to it.
  if (options_.loss.gate_weight > 0) model_.selection = PatchSelection::By::gate;
  if (observer.on_em) observer.on_em(record, labels_);
}

// The E step, over the images of people whom training is told of; the patches of all others stay at V = 1.
PatchLabels Trainer::judge_patches(const TrainingObserver& observer) const {
  std::vector<std::size_t> rows;
  std::vector<Index> samples;
  for (std::size_t row = 0; row < samples_.size(); ++row) {
    if (told_.samples[static_cast<std::size_t>(samples_[row])].identity == distractor) continue;
    rows.push_back(row), samples.push_back(samples_[row]);
  }
  const EmbeddedImages bag = embed(model_, data_.images, samples, PatchSelection::By::everything,
                                   Keep::patches, progress_of(observer, "E step, patches"));
  const PatchLabels judged =
      e_step(device_, bag, who_is(told_, samples), options_.loss.patch_temperature, options_.em);
  PatchLabels all = PatchLabels::everything(static_cast<Index>(samples_.size()), judged.grid);
  const auto patches = static_cast<std::size_t>(judged.grid.patches());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::copy_n(judged.v.data() + i * patches, patches, all.v.data() + rows[i] * patches);
    std::copy_n(judged.map.data() + i * patches, patches, all.map.data() + rows[i] * patches);
  }
  return all;
}

void Trainer::use_labels(PatchLabels labels) {
  labels_ = std::move(labels);
  pool_mask_ = labels_.v;
  complete_strips(labels_.grid, options_.network.strips, labels_.map, pool_mask_);
}

ValidationRecord Trainer::validate(Index epoch, const TrainingObserver& observer) {
  const Protocol protocol = data_.dataset.cameras == 2
                                ? camera_protocol(data_.dataset, data_.validation, 0, 1)
                                : pair_protocol(data_.dataset, data_.validation, options_.training.seed, 0);
  // The calibration is of a network that goes on learning: pairing does without.
  struct Uncalibrated {
    Model& model;
    ~Uncalibrated() { model.centres.clear(), model.whitening = {}; }
  } const afterwards{model_};
  calibrate(model_, data_.images, samples_, progress_of(observer, "embedding the training images"));
  const RankingResult result = evaluate_model(model_, data_.dataset, data_.images, protocol, false).result;
  return {epoch, result.at_rank(1), result.at_rank(5), result.map};
}

// All embeddings have become one: the distances vanish and the hinge rests at its margin, from where no
// gradient leads away (the usual end of batch-hard mining on little data).
void Trainer::watch_for_collapse(const StepRecord& record, const TrainingObserver& observer) {
  constexpr double vanished = 1e-3;
  constexpr Index patience = 20;
  collapsed_steps_ = record.mean_negative < vanished ? collapsed_steps_ + 1 : 0;
  if (collapsed_steps_ == patience && observer.on_warning)
    observer.on_warning(
        fmt::format("the embeddings have collapsed: for {} steps different people have been only {:.2g} "
                    "apart (squared distance) and the "
                    "loss rests at {:.3g}; try --mining all, a --softmax-weight above 0, or a lower --rate",
                    patience, record.mean_negative, record.loss));
}

}  // namespace triptych
