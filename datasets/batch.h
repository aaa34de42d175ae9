#pragma once
#include <cstdint>
#include <future>
#include <memory>
#include <vector>

#include "datasets/augment.h"
#include "datasets/sampler.h"

namespace triptych {

// What one training step reads.
struct Batch {
  Index epoch = -1, step = -1;
  Index size = 0, height = 0, width = 0;
  std::vector<Real> pixels;            // [size, height, width, 3], normalised
  std::vector<std::int32_t> labels;    // [size] the data set's labels
  std::vector<std::int32_t> cameras;   // [size]
  std::vector<Index> samples;          // [size] which images they are
  std::vector<std::uint8_t> mirrored;  // [size] 1 where augment() mirrored the image
  std::vector<Index> cut;    // [size] pixel rows from here down come from another entry: exchange_parts()
  std::vector<Index> lower;  // [size] which one; without an exchange the entry itself
};

// Makes new people: with the given probability two neighbours among the batch's people (of which it holds
// `identities`, as the sampler lays them out) exchange everything below one height, the same in all of their
// images. Somebody's coat over somebody else's trousers is a person like any other, and of n people there are
// n^2 of them. Images must show people upright and at one size, as all data sets of this field do.
void exchange_parts(Batch& batch, Index identities, double probability, const Random& random);

// Builds batches: the sampler says which images, augment() how they look. The image in place i of step s
// has a random stream of its own, so the batch is a pure function of (seed, epoch, step) for any number of
// threads. `ahead` builds the next batch on a thread of its own while the caller computes with this one. The
// data set and the images must outlive the source.
class BatchSource {
 public:
  // options.normalise counts for nothing here: `normalisation` says how each image is normalised.
  BatchSource(const Dataset& dataset, const ImageSource& images, PkSampler sampler, AugmentOptions options,
              CameraNormalisation normalisation, Index crop_height, Index crop_width, std::uint64_t seed,
              int threads, bool ahead);
  ~BatchSource();
  BatchSource(const BatchSource&) = delete;
  BatchSource& operator=(const BatchSource&) = delete;

  const PkSampler& sampler() const { return sampler_; }
  // Valid until the next call, which may have its memory filled anew by a thread of its own.
  const Batch& batch(Index epoch, Index step);

 private:
  void build(Index epoch, Index step, int threads, Batch& batch) const;

  const Dataset& dataset_;
  const ImageSource& images_;
  PkSampler sampler_;
  AugmentOptions options_;
  CameraNormalisation normalisation_;
  Index crop_height_, crop_width_;
  std::uint64_t seed_;
  int threads_;
  bool ahead_;
  Batch current_, next_;
  std::future<void> building_;  // next_, while `ahead`
};

// Images as the network sees them in testing: centre crops of the given samples, [n, crop_height,
// crop_width, 3].
std::vector<Real> centre_crops(const ImageSource& images, std::span<const Index> samples,
                               const CameraNormalisation& normalise, Index crop_height, Index crop_width,
                               int threads, const View& view = {});

}  // namespace triptych
