// One step of an M step: a batch forward through network and losses, and back.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "engine/error.h"
#include "engine/ranks.h"
#include "engine/read_back.h"
#include "reid/network/visible_patches.h"
#include "reid/training/streams.h"
#include "reid/training/trainer.h"

namespace triptych {
namespace {

// 0 means no clipping: then no norm is too large.
double largest_norm(const TrainingOptions& t) {
  return t.clip > 0 ? t.clip : std::numeric_limits<double>::infinity();
}

// rows [n, width]
double mean_row_norm(std::span<const Real> values, Index n) {
  const Index width = static_cast<Index>(values.size()) / n;
  double sum = 0;
  for (Index i = 0; i < n; ++i) {
    double squares = 0;
    for (Index j = 0; j < width; ++j)
      squares += std::pow(static_cast<double>(values[static_cast<std::size_t>(i * width + j)]), 2);
    sum += std::sqrt(squares);
  }
  return sum / static_cast<double>(n);
}

// The patch of the plain image that the middle of an augmented image's patch shows.
Index warped_cell(const NetworkOptions& options, const PatchGrid& grid, const Warp& warp, Index row,
                  Index column) {
  const auto middle = [](Index i, Index size, Index count) {
    return (static_cast<double>(i) + 0.5) * static_cast<double>(size) / static_cast<double>(count);
  };
  const double y = middle(row, options.crop_height, grid.rows),
               x = middle(column, options.crop_width, grid.columns);
  const auto cell = [](double position, Index spare, Index size, Index count) {
    const double share = (position - static_cast<double>(spare / 2)) / static_cast<double>(size);
    return std::clamp<Index>(static_cast<Index>(std::floor(share * static_cast<double>(count))), 0,
                             count - 1);
  };
  const double u = warp.origin[0] + x * warp.right[0] + y * warp.down[0],
               v = warp.origin[1] + x * warp.right[1] + y * warp.down[1];
  return cell(v, options.image_height - options.crop_height, options.crop_height, grid.rows) * grid.columns +
         cell(u, options.image_width - options.crop_width, options.crop_width, grid.columns);
}

// The patch losses and the E step look at the frame in the middle of each sequence: x [n frames, ...] -> [n,
// ...].
Variable middle_of(const Variable& x, Index frames) {
  const Shape& s = x.shape();
  const Index n = s[0] / frames, numbers = s.elements() / s[0];
  const Variable middle = slice(reshape(x, {n, frames, numbers}), 1, frames / 2, 1);
  return s.axes() == 4 ? reshape(middle, {n, s[1], s[2], s[3]}) : reshape(middle, {n, s[1], s[2]});
}

void show_middle_frames(Index frames, NetworkOutput& output) {
  output.cells = middle_of(output.cells, frames);
  output.patches = middle_of(output.patches, frames);
  output.gate = middle_of(output.gate, frames);
}

// What is selected of a sequence is selected of each of its frames: boxes are drawn around the person, so a
// patch shows about the same part of them in all.
PatchSelection for_frames(const PatchSelection& selection, Index frames) {
  if (frames == 1 || !selection.labels) return selection;
  const Shape& s = selection.labels.shape();
  const std::vector<std::uint8_t> once = selection.labels.byte_values();
  const auto patches = static_cast<std::ptrdiff_t>(s[1] * s[2]);
  std::vector<std::uint8_t> all;
  for (auto at = once.begin(); at != once.end(); at += patches)
    for (Index k = 0; k < frames; ++k) all.insert(all.end(), at, at + patches);
  return {selection.by, Tensor::constant(selection.labels.device(), {s[0] * frames, s[1], s[2]},
                                         std::span<const std::uint8_t>(all))};
}

}  // namespace

// The labels of the batch's patches out of those of all training images. A mirrored image has mirrored
// labels, and what was exchanged brings its labels along; the few pixels of a crop's offset, small against a
// patch, are left out of account unless --em-warp says so.
template <class T>
Tensor Trainer::batch_labels(const Batch& batch, const std::vector<T>& all) const {
  const PatchGrid& grid = labels_.grid;
  std::vector<T> labels;
  for (std::size_t i = 0; i < batch.samples.size(); ++i)
    for (Index r = 0; r < grid.rows; ++r) {
      const bool upper = (2 * r + 1) * batch.height < 2 * grid.rows * batch.cut[i];  // by the patch's middle
      const std::size_t from = upper ? i : static_cast<std::size_t>(batch.lower[i]);
      const Index row = row_of_sample_[static_cast<std::size_t>(batch.samples[from])];
      for (Index c = 0; c < grid.columns; ++c) {
        const Index column = batch.mirrored[from] ? grid.columns - 1 - c : c;
        const Index cell = options_.em.warp ? warped_cell(options_.network, grid, batch.warp[from], r, c)
                                            : r * grid.columns + column;
        labels.push_back(all[static_cast<std::size_t>(row * grid.patches() + cell)]);
      }
    }
  return Tensor::constant(device_, {batch.size, grid.rows, grid.columns}, std::span<const T>(labels));
}

Trainer::BatchLabels Trainer::label_batch(const Batch& batch, const NetworkOutput& output) const {
  const EmOptions& em = options_.em;
  BatchLabels labels;
  if (em.labels == ELabels::occluders)
    labels = occluder_labels(batch);
  else if (round_ == 1)
    labels.v = batch_labels(batch, labels_.v);
  else if (em.step == EStep::batch)
    labels = similarity_labels(batch, output);
  else
    labels = {
        {PatchSelection::By::labels, batch_labels(batch, pool_mask_)},
        labels_.posterior.empty() ? batch_labels(batch, labels_.v) : batch_labels(batch, labels_.posterior)};
  if (labels.selection.by == PatchSelection::By::labels && em.pool == EPool::gate)
    labels.selection = {PatchSelection::By::gate};
  return labels;
}

// V = 1 where at least half of a patch is not pasted over.
Trainer::BatchLabels Trainer::occluder_labels(const Batch& batch) const {
  std::vector<Real> visible;
  for (const Rectangle& occluder : batch.occluder) {
    const std::vector<Real> of_image = visible_shares(options_.network, occluder);
    visible.insert(visible.end(), of_image.begin(), of_image.end());
  }
  std::vector<std::uint8_t> v;
  for (const Real share : visible) v.push_back(share >= Real(0.5));
  const std::vector<std::uint8_t> mask =
      select_patches(labels_.grid, options_.network.strips, visible, Real(0.5));
  const Shape shape = {batch.size, labels_.grid.rows, labels_.grid.columns};
  return {{PatchSelection::By::labels, Tensor::constant(device_, shape, std::span<const std::uint8_t>(mask)),
           Tensor::constant(device_, shape, std::span<const Real>(visible))},
          Tensor::constant(device_, shape, std::span<const std::uint8_t>(v))};
}

// The E step of a batch: its own images, as they are cropped, mirrored and occluded, scored by the network of
// this step. So labels fit the augmented image without being carried over, and an occluder, which is another
// one in every step, cannot be learned by heart.
Trainer::BatchLabels Trainer::similarity_labels(const Batch& batch, const NetworkOutput& output) const {
  const EmOptions& em = options_.em;
  const Tensor patches = (em.score == EScore::projected ? output.cells : output.patches).value;
  const PatchLabels judged = label_patches(
      device_, labels_.grid,
      batch_similarity_map(patches, options_.loss.patch_temperature, em.reach, options_.training.images),
      batch.cameras, batch.size / options_.training.images, em);
  std::vector<std::uint8_t> mask = judged.v;
  complete_strips(labels_.grid, options_.network.strips, judged.map, mask);
  const Shape shape = {batch.size, labels_.grid.rows, labels_.grid.columns};
  BatchLabels labels;
  labels.v = Tensor::constant(device_, shape, std::span<const std::uint8_t>(judged.v));
  labels.selection = {PatchSelection::By::labels,
                      Tensor::constant(device_, shape, std::span<const std::uint8_t>(mask))};
  if (!judged.posterior.empty())
    labels.v = labels.selection.shares =
        Tensor::constant(device_, shape, std::span<const Real>(judged.posterior));
  return labels;
}

Trainer::Forward Trainer::forward(Tape& tape, const Batch& batch) {
  const Random random(options_.training.seed);
  const auto position = static_cast<std::uint64_t>(position_);
  Random noise = random.split(dropping).split(position), choice = random.split(mining).split(position);
  // Borrowed: the tape ends before the source is asked for its next batch, and only then is this one's memory
  // filled anew.
  // Where each rank has arrays of its own images alone, those are all that it reads.
  const ImageSplit* own = image_split(device_);
  const Index first = own ? own->first() : 0, count = (own ? own->last() : batch.size * batch.frames) - first;
  const Index image = batch.height * batch.width * 3;
  const Tensor pixels = Tensor::borrowed(
      device_, {count, batch.height, batch.width, 3},
      std::span(batch.pixels)
          .subspan(static_cast<std::size_t>(first * image), static_cast<std::size_t>(count * image)));

  Forward pass;
  pass.output = model_.network->read(tape.input(pixels), Mode::train, noise);
  NetworkOutput frames = pass.output;
  if (batch.frames > 1) show_middle_frames(batch.frames, pass.output);
  const BatchLabels labels = label_batch(batch, pass.output);
  model_.network->pool(frames, for_frames(labels.selection, batch.frames), Mode::train, batch.frames);
  pass.output.pooled = frames.pooled, pass.output.neck = frames.neck, pass.output.strips = frames.strips;
  pass.output.embedding = frames.embedding, pass.output.visible = frames.visible;

  LossInputs inputs;
  inputs.identities = batch.labels;
  inputs.labels = labels.v;
  inputs.train_gate = round_ > 1 || options_.em.labels == ELabels::occluders;
  inputs.score = options_.em.score;
  inputs.views = options_.training.images;
  if (identity_) {
    std::vector<std::int32_t> column;
    for (const std::int32_t identity : batch.labels)
      column.push_back(
          static_cast<std::int32_t>(std::ranges::lower_bound(data_.train, identity) - data_.train.begin()));
    inputs.identity_logits = (*identity_)(pass.output.neck.value ? pass.output.neck : pass.output.embedding);
    inputs.identity = Tensor::constant(device_, {batch.size}, std::span<const std::int32_t>(column));
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

// Frames count as images: tier 1 reads each by itself. A batch of another size, as pseudo labels may give, is
// planned anew.
void Trainer::share_batch(const Batch& batch) {
  if (!shares_batches()) return;
  const Index images = batch.size * batch.frames;
  if (sums_of(device_)) {
    if (!image_split_ || image_split_->images() != images)
      image_split_ = std::make_unique<ImageSplit>(device_, parameters(), images);
    return image_split_->begin();
  }
  if (!split_ || split_->images() != images) {
    split_ = std::make_unique<BatchSplit>(*ranks_of(device_), images);
    source_->want(0, batch.size);
  }
  split_->begin(device_.context());
}

// From the next batch on the source makes what this rank reads: entries of which it has a frame.
void Trainer::end_sharing() {
  const auto want = [&](Index first, Index last) {
    const Index frames = source_->batch_frames();
    source_->want(first / frames, (last + frames - 1) / frames);
  };
  if (split_) split_->end(device_.context());
  if (image_split_) image_split_->end();
  if (split_ && split_->planned()) want(split_->first(), split_->last());
  if (image_split_) want(image_split_->first(), image_split_->last());
}

namespace {

// The sharing ends with the step, whatever ends it.
struct SharedStep {
  BatchSplit* split;
  ImageSplit* images;
  const Device& device;
  ~SharedStep() {
    if (split) split->end(device.context());
    if (images) images->end();
  }
};

}  // namespace

// Forward, backward and clipping are queued on the device; then all that the host wants to know of them is
// read with one wait. The optimizer's update runs while the host makes the next batch.
StepRecord Trainer::train_step(Index epoch, Index step, const TrainingObserver& observer) {
  const auto start = std::chrono::steady_clock::now();
  Tape tape;
  tape.detect_anomalies = detect_anomalies_;
  if (observer.on_tape) observer.on_tape(tape);
  const Batch& batch = next_batch();
  share_batch(batch);
  const SharedStep sharing{split_.get(), image_split_.get(), device_};
  Forward pass = forward(tape, batch);
  const GradientNorms gradients = back(pass.loss.total);

  ReadBack read;
  const std::size_t distances = read.add(pass.loss.distances), pooled = read.add(pass.output.pooled.value);
  std::vector<std::size_t> parts;
  for (const auto& [name, part] : pass.loss.parts) parts.push_back(read.add(part.value));
  const std::size_t loss = pass.loss.total.value ? read.add(pass.loss.total.value) : 0;
  const std::size_t norms = gradients.parts ? read.add(gradients.parts) : 0;
  read.wait();

  if (!pass.loss.mined) {  // the device has chosen the triplets: the same rule, for the record
    Random unused(0);
    pass.loss.mined =
        mine(options_.loss.mining, read.values(distances), batch.labels, options_.loss.margin, unused);
  }
  const MinedTriplets& mined = *pass.loss.mined;
  StepRecord record;
  record.epoch = epoch, record.step = position_;
  record.loss = loss ? static_cast<double>(read.values(loss)[0]) : 0;
  require(
      std::isfinite(record.loss),
      "the loss became {} at epoch {}, step {}: the training diverged; try a lower --rate, or --anomalies "
      "to be told the first op that makes a NaN",
      record.loss, epoch, position_);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& name = pass.loss.parts[i].first;
    if (name == "triplet" && mined.count() == 0) continue;  // a loss over nothing
    record.parts.emplace_back(name, static_cast<double>(read.values(parts[i])[0]));
  }
  record.mean_positive = mined.mean_positive, record.mean_negative = mined.mean_negative;
  record.active =
      mined.possible ? static_cast<double>(mined.active) / static_cast<double>(mined.possible) : 0;
  record.embedding_norm = mean_row_norm(read.values(pooled), batch.size);
  record.rate = schedule_.at(position_);
  if (step == 0) epoch_ = {};
  epoch_.epoch = epoch;
  epoch_.distances.add(mined.distances, batch.labels);

  if (norms && !record.parts.empty()) update(gradients, read.values(norms), record);
  ++position_;
  end_sharing();
  record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return record;
}

// Backward from the loss and clipping; without a loss there are no gradients.
GradientNorms Trainer::back(const Variable& loss) {
  if (!loss.value) return {};
  const ParameterList list = parameters();
  clear_gradients(list);
  loss.tape()->backward(loss);
  if (image_split_) image_split_->add_up_gradients();
  return clip_on_device(list, largest_norm(options_.training));
}

void Trainer::update(const GradientNorms& gradients, std::span<const Real> norms, StepRecord& record) {
  if ((position_ + 1) % steps_per_epoch() == 0) epoch_.layers = layer_gradient_norms(gradients.names, norms);
  record.gradient_norm = total_norm(norms);
  require(std::isfinite(record.gradient_norm),
          "the gradient became {} at epoch {}, step {}: try a lower --rate, or --anomalies to be told the "
          "first op that makes a NaN",
          record.gradient_norm, record.epoch, position_);
  optimizer_.step(record.rate);
}

void Trainer::plan_step(const std::function<void(const Tape&, const BatchSplit&)>& look) {
  const auto alone = std::make_shared<OneRank>();
  join(device_, alone);
  BatchSplit plan(*alone, source_->sampler().batch_size() * source_->batch_frames());
  const auto begin = [&](Tape&) { plan.begin(device_.context()); };
  inspect_step(
      [&](const Tape& tape) {
        plan.end(device_.context());
        look(tape, plan);
      },
      begin);
  join(device_, nullptr);
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

}  // namespace triptych
