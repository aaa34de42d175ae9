#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "datasets/dataset.h"

namespace triptych {

// Batches of P people x K images, each of a person's images from another camera as far as there are
// cameras.
//
// Entry k * P + i of a batch is image k of person i, with the cameras of a person in ascending order, and
// again in that order when they run out: with K = 2 and two cameras the first half of the batch is camera 0,
// the second half the same people in camera 1.
//
// An epoch shuffles the people and deals them out P at a time without replacement; the last batch is filled
// up from the start of the same order, so everybody comes once at least. From one epoch to the next a
// person's images are dealt out like cards: each camera's in a random order, the cameras in turn, so all are
// seen before one comes again, save those of a camera that took fewer of them than another, which start over.
// The batch is a pure function of (seed, epoch, step): a run that resumes needs no state of ours.
class PkSampler {
 public:
  // people: labels to draw from (training people); P is lowered to their number when there are fewer.
  PkSampler(const Dataset& dataset, std::span<const Index> identities, Index p, Index k, std::uint64_t seed);

  Index identities_per_batch() const { return p_; }
  Index images_per_identity() const { return k_; }
  Index batch_size() const { return p_ * k_; }
  Index steps_per_epoch() const;
  // Samples of the data set, [K * P].
  std::vector<Index> batch(Index epoch, Index step) const;

 private:
  std::vector<std::vector<std::vector<Index>>>
      identities_;  // [identities][cameras that saw the person] -> samples
  Index p_, k_;
  std::uint64_t seed_;
};

}  // namespace triptych
