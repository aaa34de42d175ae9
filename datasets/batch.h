#pragma once
#include <algorithm>
#include <cstdint>
#include <future>
#include <limits>
#include <memory>
#include <vector>

#include "datasets/augment.h"
#include "datasets/occlusion.h"
#include "datasets/sampler.h"

namespace triptych {

// What one training step reads.
struct Batch {
  Index epoch = -1, step = -1;
  Index size = 0, height = 0, width = 0;
  Index frames = 1;                    // of each entry, which is a sequence of them, or one image
  std::vector<Real> pixels;            // [size, frames, height, width, 3], normalised
  std::vector<std::int32_t> labels;    // [size] the data set's labels
  std::vector<std::int32_t> cameras;   // [size]
  std::vector<Index> samples;          // [size] which images they are
  std::vector<std::uint8_t> mirrored;  // [size] 1 where augment() mirrored the image
  std::vector<Index> cut;    // [size] pixel rows from here down come from another entry: exchange_parts()
  std::vector<Index> lower;  // [size] which one; without an exchange the entry itself
  std::vector<Rectangle> occluder;  // [size] what was pasted over: paste_occluders()
  std::vector<Warp> warp;           // [size] from a pixel of the crop to the one of the image it shows
};

// Makes new people: with the given probability two neighbours among the batch's people (of which it holds
// `identities`, as the sampler lays them out) exchange everything below one height, the same in all of their
// images. Somebody's coat over somebody else's trousers is a person like any other, and of n people there are
// n^2 of them. Images must show people upright and at one size, as all data sets of this field do.
void exchange_parts(Batch& batch, Index identities, double probability, const Random& random);

// With the given probability one of a person's images is partly hidden by a part of another image of the
// batch, as a rule one of the same camera (datasets/occlusion.h). The others stay whole, as the gallery of a
// search does.
void paste_occluders(Batch& batch, Index identities, const AugmentOptions& options, const Random& random);

// Builds batches: the sampler says which images (with `frames` above 0: which sequences, of each of which the
// batch holds so many consecutive frames from a random one on; one that is shorter begins again at its end),
// augment() how they look. The image in place i of step s has a random stream of its own, so the batch is a
// pure function of (seed, epoch, step) for any number of threads. `ahead` builds the next batch on a thread
// of its own while the caller computes with this one. The data set and the images must outlive the source.
class BatchSource {
 public:
  // options.normalise counts for nothing here: `normalisation` says how each image is normalised.
  BatchSource(const Dataset& dataset, const ImageSource& images, PkSampler sampler, AugmentOptions options,
              CameraNormalisation normalisation, Index crop_height, Index crop_width, std::uint64_t seed,
              int threads, bool ahead, Index frames = 0);
  ~BatchSource();
  BatchSource(const BatchSource&) = delete;
  BatchSource& operator=(const BatchSource&) = delete;

  const PkSampler& sampler() const { return sampler_; }
  Index batch_frames() const { return std::max<Index>(1, frames_); }  // Batch::frames
  // Of the batches built from now on, only the pixels of the entries [first, last) are wanted; everything
  // else in a batch is as ever.
  void want(Index first, Index last) { wanted_ = {first, last}; }
  // Valid until the next call, which may have its memory filled anew by a thread of its own.
  const Batch& batch(Index epoch, Index step);

 private:
  struct Entries {
    Index first = 0, last = std::numeric_limits<Index>::max();
  };
  std::vector<Index> frames_of(Index sample, Random random) const;  // places in frames_of_images_
  void build(Index epoch, Index step, int threads, Entries wanted, Batch& batch) const;

  const Dataset& dataset_;
  const ImageSource& images_;
  const ImageSource frames_of_images_;
  const Index frames_;
  PkSampler sampler_;
  AugmentOptions options_;
  CameraNormalisation normalisation_;
  Index crop_height_, crop_width_;
  std::uint64_t seed_;
  int threads_;
  bool ahead_;
  Entries wanted_;
  Batch current_, next_;
  std::future<void> building_;  // next_, while `ahead`
};

// Images as the network sees them in testing: centre crops of the given samples, [n, crop_height,
// crop_width, 3].
std::vector<Real> centre_crops(const ImageSource& images, std::span<const Index> samples,
                               const CameraNormalisation& normalise, Index crop_height, Index crop_width,
                               int threads, const View& view = {});

}  // namespace triptych
