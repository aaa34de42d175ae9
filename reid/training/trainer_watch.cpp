// What is observed of a training: its progress, its ranks on people it does not learn from, a collapse.
#include <fmt/format.h>

#include "reid/evaluation/calibration.h"
#include "reid/training/trainer.h"

namespace triptych {

OnProgress TrainingObserver::progress_of(const char* what) const {
  if (!on_progress) return {};
  return [this, what](Index done, Index total) { on_progress(what, done, total); };
}

ValidationRecord Trainer::validate(Index epoch, const TrainingObserver& observer) {
  const Protocol protocol = data_.dataset.cameras == 2
                                ? camera_protocol(data_.dataset, data_.validation, 0, 1)
                                : pair_protocol(data_.dataset, data_.validation, options_.training.seed, 0);
  // The calibration is of a network that goes on learning: pairing does without.
  struct Uncalibrated {
    Model& model;
    ~Uncalibrated() { model.centres.clear(), model.whitening = {}; }
  } const afterwards{model_};
  calibrate(model_, data_.images, samples_, observer.progress_of("embedding the training images"));
  const RankingResult result = evaluate_model(model_, data_.dataset, data_.images, protocol, false).result;
  return {epoch, result.at_rank(1), result.at_rank(5), result.map};
}

// All embeddings have become one: the distances vanish and the hinge rests at its margin, from where no
// gradient leads away (the usual end of batch-hard mining on little data).
void Trainer::watch_for_collapse(const StepRecord& record, const TrainingObserver& observer) {
  constexpr double vanished = 1e-3;
  constexpr Index patience = 20;
  collapsed_steps_ = record.mean_negative < vanished ? collapsed_steps_ + 1 : 0;
  if (collapsed_steps_ == patience && observer.on_warning)
    observer.on_warning(
        fmt::format("the embeddings have collapsed: for {} steps different people have been only {:.2g} "
                    "apart (squared distance) and the loss rests at {:.3g}; try --mining all, a "
                    "--softmax-weight above 0, or a lower --rate",
                    patience, record.mean_negative, record.loss));
}

}  // namespace triptych
