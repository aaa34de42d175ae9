// The E step within a training: the patches are judged anew, and with pseudo labels the pairs, too.
#include <algorithm>

#include "engine/stop.h"
#include "reid/evaluation/embed.h"
#include "reid/training/trainer.h"

namespace triptych {

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
  // From now on there is a gate in training, and images without labels are left to it.
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
  const PatchBag bag(model_, data_.images, samples, observer.progress_of("E step, patches"),
                     std::size_t(256) << 20, options_.em.score);
  const PatchLabels judged = e_step(device_, bag, who_is(told_, samples), options_.loss.patch_temperature,
                                    options_.em, observer.progress_of("E step, matches"));
  PatchLabels all = PatchLabels::everything(static_cast<Index>(samples_.size()), judged.grid);
  if (!judged.posterior.empty()) all.posterior.assign(all.v.size(), 1);
  const auto patches = static_cast<std::size_t>(judged.grid.patches());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::copy_n(judged.v.data() + i * patches, patches, all.v.data() + rows[i] * patches);
    std::copy_n(judged.map.data() + i * patches, patches, all.map.data() + rows[i] * patches);
    if (!judged.posterior.empty())
      std::copy_n(judged.posterior.data() + i * patches, patches, all.posterior.data() + rows[i] * patches);
  }
  return all;
}

void Trainer::use_labels(PatchLabels labels) {
  labels_ = std::move(labels);
  pool_mask_ = labels_.v;
  complete_strips(labels_.grid, options_.network.strips, labels_.map, pool_mask_);
}

}  // namespace triptych
