#include "datasets/sampler.h"

#include <algorithm>
#include <numeric>

#include "engine/error.h"
#include "engine/random.h"

namespace triptych {
namespace {

constexpr std::uint64_t sampler_stream = 0x5A3B;  // of the seed; nothing else draws from it

// The K images of one person: K of the cameras in ascending order, as far as there are so many, and from
// each camera images in a random order; both start over when they run out.
void deal_images(const std::vector<std::vector<Index>>& views, Random random, Index p, Index k, Index place,
                 std::vector<Index>& batch) {
  std::vector<std::size_t> cameras(views.size());
  std::iota(cameras.begin(), cameras.end(), std::size_t(0));
  random.shuffle(std::span(cameras));
  cameras.resize(std::min(cameras.size(), static_cast<std::size_t>(k)));
  std::sort(cameras.begin(), cameras.end());

  for (std::size_t c = 0; c < cameras.size(); ++c) {
    std::vector<Index> order = views[cameras[c]];
    random.shuffle(std::span(order));
    std::size_t next = 0;
    for (Index j = static_cast<Index>(c); j < k; j += static_cast<Index>(cameras.size()))
      batch[static_cast<std::size_t>(j * p + place)] = order[next++ % order.size()];
  }
}

}  // namespace

PkSampler::PkSampler(const Dataset& dataset, std::span<const Index> identities, Index p, Index k,
                     std::uint64_t seed)
    : p_(std::min(p, static_cast<Index>(identities.size()))), k_(k), seed_(seed) {
  require(p >= 1 && k >= 1, "a batch of {} people x {} images is empty", p, k);
  require(!identities.empty(), "there are no training people");
  for (const Index identity : identities)
    require(identity >= 0 && identity < dataset.identities,
            "person {} is not in the data set, which has {} people", identity, dataset.identities);
  const auto table = samples_by_identity_and_camera(dataset, samples_for_training(dataset, identities));
  for (const Index identity : identities) {
    auto& views = identities_.emplace_back();
    for (int camera = 0; camera < dataset.cameras; ++camera)
      if (const auto& samples = table[static_cast<std::size_t>(identity * dataset.cameras + camera)];
          !samples.empty())
        views.push_back(samples);
    require(!views.empty(), "person {} has no image to train on",
            dataset.identity_names[static_cast<std::size_t>(identity)]);
  }
}

Index PkSampler::steps_per_epoch() const {
  return (static_cast<Index>(identities_.size()) + p_ - 1) / p_;
}

std::vector<Index> PkSampler::batch(Index epoch, Index step) const {
  require(epoch >= 0 && step >= 0 && step < steps_per_epoch(), "an epoch has the steps 0..{}, not {}",
          steps_per_epoch() - 1, step);
  const Random of_epoch = Random(seed_, sampler_stream).split(static_cast<std::uint64_t>(epoch));
  std::vector<std::size_t> order(identities_.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  Random shuffler = of_epoch;
  shuffler.shuffle(std::span(order));

  const Random of_step = of_epoch.split(static_cast<std::uint64_t>(step));
  std::vector<Index> batch(static_cast<std::size_t>(batch_size()));
  for (Index i = 0; i < p_; ++i) {
    const std::size_t identity = order[static_cast<std::size_t>(step * p_ + i) % order.size()];
    deal_images(identities_[identity], of_step.split(static_cast<std::uint64_t>(i)), p_, k_, i, batch);
  }
  return batch;
}

}  // namespace triptych
