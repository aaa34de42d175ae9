#include "datasets/batch.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace triptych {
namespace {

constexpr std::uint64_t augment_stream = 0xA463;   // of the seed; nothing else draws from it
constexpr std::uint64_t exchange_stream = 0xE8C4;  // of a step's stream, beyond any image's place in a batch

}  // namespace

void exchange_parts(Batch& batch, Index identities, double probability, const Random& random) {
  constexpr double highest = 0.3, lowest = 0.65;  // of the image's height: from the chest to the thighs
  batch.cut.assign(static_cast<std::size_t>(batch.size), batch.height);
  batch.lower.resize(static_cast<std::size_t>(batch.size));
  std::iota(batch.lower.begin(), batch.lower.end(), Index(0));
  const Index row = batch.width * 3, image = batch.height * row;
  for (Index first = 0; first + 1 < identities; first += 2) {
    Random of_pair = random.split(static_cast<std::uint64_t>(first));
    const bool wanted = of_pair.chance(probability);
    const auto cut = static_cast<Index>(of_pair.uniform(highest, lowest) * static_cast<double>(batch.height));
    if (!wanted) continue;
    for (Index entry = first; entry + 1 < batch.size; entry += identities) {  // image after image of the two
      Real* pixels = batch.pixels.data() + entry * image;
      std::swap_ranges(pixels + cut * row, pixels + image, pixels + image + cut * row);
      const auto at = static_cast<std::size_t>(entry);
      batch.cut[at] = batch.cut[at + 1] = cut;
      batch.lower[at] = entry + 1, batch.lower[at + 1] = entry;
    }
  }
}

BatchSource::BatchSource(const Dataset& dataset, const ImageSource& images, PkSampler sampler,
                         AugmentOptions options, CameraNormalisation normalisation, Index crop_height,
                         Index crop_width, std::uint64_t seed, int threads, bool ahead)
    : dataset_(dataset),
      images_(images),
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

void BatchSource::build(Index epoch, Index step, int threads, Batch& batch) const {
  batch.epoch = epoch;
  batch.step = step;
  batch.samples = sampler_.batch(epoch, step);
  batch.size = sampler_.batch_size();
  batch.height = crop_height_;
  batch.width = crop_width_;
  batch.labels.resize(batch.samples.size());
  batch.cameras.resize(batch.samples.size());
  batch.mirrored.resize(batch.samples.size());
  const Index numbers = crop_height_ * crop_width_ * 3;
  batch.pixels.resize(static_cast<std::size_t>(batch.size * numbers));

  const Random of_step = Random(seed_, augment_stream)
                             .split(static_cast<std::uint64_t>(epoch))
                             .split(static_cast<std::uint64_t>(step));
  const StopShield whole;  // training stops between two steps
  require_no_failures(try_in_parallel(batch.size, threads, [&](Index i) {
    const std::size_t at = static_cast<std::size_t>(i);
    const Sample& sample = dataset_.samples[static_cast<std::size_t>(batch.samples[at])];
    batch.labels[at] = static_cast<std::int32_t>(sample.identity);
    batch.cameras[at] = sample.camera;
    Random random = of_step.split(static_cast<std::uint64_t>(i));
    AugmentOptions options = options_;
    options.normalise = normalisation_.of(images_.camera(batch.samples[at]));
    const std::shared_ptr<const Image> image = images_.image(batch.samples[at]);
    batch.mirrored[at] = augment(options, random, image->pixels.data(), image->height, image->width,
                                 crop_height_, crop_width_, batch.pixels.data() + i * numbers);
  }));
  exchange_parts(batch, sampler_.identities_per_batch(), options_.exchange, of_step.split(exchange_stream));
}

const Batch& BatchSource::batch(Index epoch, Index step) {
  if (building_.valid()) building_.get();
  if (next_.epoch == epoch && next_.step == step)
    std::swap(current_, next_);
  else
    build(epoch, step, threads_, current_);

  if (ahead_) {
    const bool last = step + 1 == sampler_.steps_per_epoch();
    const Index next_epoch = last ? epoch + 1 : epoch, next_step = last ? 0 : step + 1;
    // One thread: the caller's own work has the others.
    building_ = std::async(std::launch::async, [=, this] { build(next_epoch, next_step, 1, next_); });
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
