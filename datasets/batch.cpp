#include "datasets/batch.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace triptych {
namespace {

constexpr std::uint64_t augment_stream = 0xA463;  // of the seed; nothing else draws from it
// Of a step's stream, beyond any image's place in a batch.
constexpr std::uint64_t exchange_stream = 0xE8C4, occlude_stream = 0x0CC1, sequence_stream = 0x5E9C;

}  // namespace

void exchange_parts(Batch& batch, Index identities, double probability, const Random& random) {
  constexpr double highest = 0.3, lowest = 0.65;  // of the image's height: from the chest to the thighs
  batch.cut.assign(static_cast<std::size_t>(batch.size), batch.height);
  batch.lower.resize(static_cast<std::size_t>(batch.size));
  std::iota(batch.lower.begin(), batch.lower.end(), Index(0));
  const Index row = batch.width * 3, image = batch.height * row, sequence = batch.frames * image;
  for (Index first = 0; first + 1 < identities; first += 2) {
    Random of_pair = random.split(static_cast<std::uint64_t>(first));
    const bool wanted = of_pair.chance(probability);
    const auto cut = static_cast<Index>(of_pair.uniform(highest, lowest) * static_cast<double>(batch.height));
    if (!wanted) continue;
    for (Index entry = first; entry + 1 < batch.size; entry += identities) {  // image after image of the two
      for (Index frame = 0; frame < batch.frames; ++frame) {
        Real* pixels = batch.pixels.data() + entry * sequence + frame * image;
        std::swap_ranges(pixels + cut * row, pixels + image, pixels + sequence + cut * row);
      }
      const auto at = static_cast<std::size_t>(entry);
      batch.cut[at] = batch.cut[at + 1] = cut;
      batch.lower[at] = entry + 1, batch.lower[at + 1] = entry;
    }
  }
}

void paste_occluders(Batch& batch, Index identities, const AugmentOptions& options, const Random& random) {
  batch.occluder.assign(static_cast<std::size_t>(batch.size), {});
  if (options.occlude == 0 || identities < 2) return;
  const std::vector<Real> whole = batch.pixels;
  const Index image = batch.height * batch.width * 3, images = batch.size / identities;
  for (Index person = 0; person < identities; ++person) {
    Random of_person = random.split(static_cast<std::uint64_t>(person));
    const bool wanted = of_person.chance(options.occlude);
    const Index entry = of_person.integer(images) * identities + person;
    const double share = of_person.uniform(options.occlude_least, options.occlude_most);
    const Paste paste = draw_paste(of_person, batch.height, batch.width, share);
    const Index start = of_person.integer(batch.size);
    if (!wanted) continue;
    // The first entry from a random one on that has the same camera and no part of the person, with whom a
    // neighbour may have exchanged parts; else the first one of any other person.
    Index donor = -1;
    for (Index step = 0; step < 2 * batch.size && donor < 0; ++step) {
      const Index other = (start + step) % batch.size, whose = other % identities;
      const bool same_camera =
          batch.cameras[static_cast<std::size_t>(other)] == batch.cameras[static_cast<std::size_t>(entry)];
      if (step < batch.size ? same_camera && whose / 2 != person / 2 : whose != person) donor = other;
    }
    paste_over(paste, whole.data() + donor * image, batch.pixels.data() + entry * image, batch.height,
               batch.width);
    batch.occluder[static_cast<std::size_t>(entry)] = paste.where;
  }
}

BatchSource::BatchSource(const Dataset& dataset, const ImageSource& images, PkSampler sampler,
                         AugmentOptions options, CameraNormalisation normalisation, Index crop_height,
                         Index crop_width, std::uint64_t seed, int threads, bool ahead, Index frames)
    : dataset_(dataset),
      images_(images),
      frames_of_images_(images.frames()),
      frames_(frames),
      sampler_(std::move(sampler)),
      options_(options),
      normalisation_(std::move(normalisation)),
      crop_height_(crop_height),
      crop_width_(crop_width),
      seed_(seed),
      threads_(threads),
      ahead_(ahead) {
  require_crop_fits(images.height(), images.width(), crop_height, crop_width);
}

BatchSource::~BatchSource() {
  if (building_.valid()) building_.wait();
}

std::vector<Index> BatchSource::frames_of(Index sample, Random random) const {
  const Index first = images_.first_frame(sample), length = images_.length(sample);
  if (frames_ == 0) return {first + length / 2};
  const Index start = random.integer(length > frames_ ? length - frames_ + 1 : length);
  std::vector<Index> shown;
  for (Index k = 0; k < frames_; ++k) shown.push_back(first + (start + k) % length);
  return shown;
}

void BatchSource::build(Index epoch, Index step, int threads, Entries wanted, Batch& batch) const {
  batch.epoch = epoch;
  batch.step = step;
  batch.samples = sampler_.batch(epoch, step);
  batch.size = sampler_.batch_size();
  batch.frames = std::max<Index>(frames_, 1);
  batch.height = crop_height_;
  batch.width = crop_width_;
  batch.labels.resize(batch.samples.size());
  batch.cameras.resize(batch.samples.size());
  batch.mirrored.resize(batch.samples.size());
  batch.warp.resize(batch.samples.size());
  const Index numbers = crop_height_ * crop_width_ * 3;
  batch.pixels.resize(static_cast<std::size_t>(batch.size * batch.frames * numbers));

  const Random of_step = Random(seed_, augment_stream)
                             .split(static_cast<std::uint64_t>(epoch))
                             .split(static_cast<std::uint64_t>(step));
  wanted.last = std::min(wanted.last, batch.size);
  if (options_.exchange > 0) --wanted.first, ++wanted.last;  // a neighbour's pixels may come in
  if (options_.occlude > 0) wanted = {};                     // ... or those of any other entry
  const StopShield whole;                                    // training stops between two steps
  require_no_failures(try_in_parallel(batch.size, threads, [&](Index i) {
    const std::size_t at = static_cast<std::size_t>(i);
    const Sample& sample = dataset_.samples[static_cast<std::size_t>(batch.samples[at])];
    batch.labels[at] = static_cast<std::int32_t>(sample.identity);
    batch.cameras[at] = sample.camera;
    Random random = of_step.split(static_cast<std::uint64_t>(i));
    AugmentOptions options = options_;
    options.normalise = normalisation_.of(images_.camera(batch.samples[at]));
    if (i < wanted.first || i >= wanted.last) {
      batch.warp[at] =
          augmenting_warp(options, random, images_.height(), images_.width(), crop_height_, crop_width_);
      batch.mirrored[at] = batch.warp[at].right[0] < 0;
      return;
    }
    const std::vector<Index> shown =
        frames_of(batch.samples[at], of_step.split(sequence_stream).split(static_cast<std::uint64_t>(i)));
    for (std::size_t k = 0; k < shown.size(); ++k) {
      Random same = random;  // all frames of a sequence are cropped, mirrored and coloured alike
      const std::shared_ptr<const Image> image = frames_of_images_.image(shown[k]);
      batch.mirrored[at] = augment(
          options, same, image->pixels.data(), image->height, image->width, crop_height_, crop_width_,
          batch.pixels.data() + (i * batch.frames + static_cast<Index>(k)) * numbers, &batch.warp[at]);
    }
  }));
  exchange_parts(batch, sampler_.identities_per_batch(), options_.exchange, of_step.split(exchange_stream));
  paste_occluders(batch, sampler_.identities_per_batch(), options_, of_step.split(occlude_stream));
}

const Batch& BatchSource::batch(Index epoch, Index step) {
  if (building_.valid()) building_.get();
  if (next_.epoch == epoch && next_.step == step)
    std::swap(current_, next_);
  else
    build(epoch, step, threads_, wanted_, current_);

  if (ahead_) {
    const bool last = step + 1 == sampler_.steps_per_epoch();
    const Index next_epoch = last ? epoch + 1 : epoch, next_step = last ? 0 : step + 1;
    // One thread: the caller's own work has the others.
    building_ = std::async(std::launch::async,
                           [=, this, wanted = wanted_] { build(next_epoch, next_step, 1, wanted, next_); });
  }
  return current_;
}

std::vector<Real> centre_crops(const ImageSource& images, std::span<const Index> samples,
                               const CameraNormalisation& normalise, Index crop_height, Index crop_width,
                               int threads, const View& view) {
  require_crop_fits(images.height(), images.width(), crop_height, crop_width);
  const Index count = static_cast<Index>(samples.size()), numbers = crop_height * crop_width * 3;
  std::vector<Real> crops(static_cast<std::size_t>(count * numbers));
  require_no_failures(try_in_parallel(count, threads, [&](Index i) {
    const Index sample = samples[static_cast<std::size_t>(i)];
    const std::shared_ptr<const Image> image = images.image(sample);
    centre_crop(normalise.of(images.camera(sample)), image->pixels.data(), image->height, image->width,
                crop_height, crop_width, crops.data() + i * numbers, view);
  }));
  return crops;
}

}  // namespace triptych
