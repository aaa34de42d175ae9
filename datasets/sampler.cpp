#include "datasets/sampler.h"

#include <algorithm>
#include <numeric>

#include "engine/error.h"
#include "engine/random.h"

namespace triptych {
namespace {

constexpr std::uint64_t sampler_stream = 0x5A3B;         // of the seed; nothing else draws from it
constexpr std::uint64_t deck_stream = 0xDEC4'0000'0000;  // of that, beyond any epoch

using Views = std::vector<std::vector<Index>>;  // of one person: for each camera its images

// Hand number `number` of the K images of one person. The deck has a round for each image of the camera that
// took most of them; a round is one image of each camera, in an order of its own for each deck.
Views deal_hand(const Views& views, const Random& of_identity, Index k, Index number) {
  const auto cameras = static_cast<Index>(views.size());
  std::size_t rounds = 0;
  for (const std::vector<Index>& view : views) rounds = std::max(rounds, view.size());
  const Index cards = cameras * static_cast<Index>(rounds), hands = (cards + k - 1) / k;

  Random random = of_identity.split(static_cast<std::uint64_t>(number / hands));
  std::vector<std::size_t> order(views.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  random.shuffle(std::span(order));
  Views shuffled = views;
  for (std::vector<Index>& view : shuffled) random.shuffle(std::span(view));

  Views hand(views.size());
  for (Index j = 0; j < k; ++j) {
    const Index card = (number % hands * k + j) % cards;
    const std::size_t camera = order[static_cast<std::size_t>(card % cameras)];
    const std::vector<Index>& view = shuffled[camera];
    hand[camera].push_back(view[static_cast<std::size_t>(card / cameras) % view.size()]);
  }
  return hand;
}

// A hand goes into the batch camera by camera, in ascending order, until all its images are there.
void place_hand(const Views& hand, Index p, Index place, std::vector<Index>& batch) {
  std::size_t most = 0;
  for (const std::vector<Index>& view : hand) most = std::max(most, view.size());
  auto at = static_cast<std::size_t>(place);
  for (std::size_t turn = 0; turn < most; ++turn)
    for (const std::vector<Index>& view : hand)
      if (turn < view.size()) batch[at] = view[turn], at += static_cast<std::size_t>(p);
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
  const Random of_run(seed_, sampler_stream);
  const Random of_epoch = of_run.split(static_cast<std::uint64_t>(epoch));
  std::vector<std::size_t> order(identities_.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  Random shuffler = of_epoch;
  shuffler.shuffle(std::span(order));

  const Random decks = of_run.split(deck_stream);
  std::vector<Index> batch(static_cast<std::size_t>(batch_size()));
  for (Index i = 0; i < p_; ++i) {
    const std::size_t identity = order[static_cast<std::size_t>(step * p_ + i) % order.size()];
    place_hand(deal_hand(identities_[identity], decks.split(static_cast<std::uint64_t>(identity)), k_, epoch),
               p_, i, batch);
  }
  return batch;
}

}  // namespace triptych
