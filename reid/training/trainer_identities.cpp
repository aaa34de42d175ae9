// Whose image is whose, as far as training is told: the batches that follow from it, and pseudo labels.
#include <numeric>

#include "reid/evaluation/embed.h"
#include "reid/training/streams.h"
#include "reid/training/trainer.h"

namespace triptych {

void Trainer::open_source() {
  source_.emplace(told_, data_.images,
                  PkSampler(told_, identities_, options_.training.identities, options_.training.images,
                            Random(options_.training.seed).split(sampling).stream()),
                  options_.augmentation, model_.normalisation, options_.network.crop_height,
                  options_.network.crop_width, Random(options_.training.seed).split(augmenting).stream(),
                  device_.context().threads, true,
                  options_.network.temporal == Temporal::none ? 0 : options_.training.sequence_length);
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
  identities_.resize(static_cast<std::size_t>(told_.identities));
  std::iota(identities_.begin(), identities_.end(), Index(0));
  open_source();
}

}  // namespace triptych
