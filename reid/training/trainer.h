#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "datasets/batch.h"
#include "engine/optimizer.h"
#include "reid/em/em.h"
#include "reid/evaluation/protocol.h"
#include "reid/loss/losses.h"
#include "reid/network/model.h"
#include "reid/training/epoch_record.h"
#include "reid/training/pseudo_labels.h"

namespace triptych {

// Whose images the network learns from. Nobody in `validation` is in `train`, and no test person is in
// either.
struct TrainingData {
  const Dataset& dataset;
  const ImageSource& images;             // of the whole data set, at the network's image size
  std::vector<Index> train, validation;  // people
};

struct StepRecord {
  Index epoch = 0, step = 0;  // step counts over the whole run, both from 0
  double loss = 0;
  std::vector<std::pair<std::string, double>> parts;  // of the loss, before their weights
  double mean_positive = 0, mean_negative = 0;        // mean squared distance of same and of different people
  double active = 0;                                  // share of the possible triplets that are active
  double embedding_norm = 0;                          // mean length before normalisation
  double gradient_norm = 0, rate = 0, seconds = 0;
};

struct EmRecord {
  Index round = 0, epoch = 0;  // the E step that ends M step `round`, counted from 1, before `epoch`
  double changed = 0, kept = 0;
  std::optional<double> rank1;  // of the validation people, just before
  // With --labels pseudo: how many pairs the round found, and the share of them that is right (which training
  // is not told).
  std::optional<Index> pairs = std::nullopt;
  std::optional<double> right = std::nullopt;
};

struct ValidationRecord {
  Index epoch = 0;  // epochs that have been trained
  double rank1 = 0, rank5 = 0, map = 0;
};

// What the training tells whoever runs it. All optional.
struct TrainingObserver {
  std::function<void(Tape&)> on_tape;  // of a step, before its first op: for somebody who times its nodes
  std::function<void(const StepRecord&)> on_step;
  std::function<void(const EpochRecord&)> on_epoch;
  std::function<void(const EmRecord&, const PatchLabels&)> on_em;
  std::function<void(const ValidationRecord&)> on_validation;
  std::function<void(const std::string&)> on_warning;  // a collapse, in words
  std::function<void()> on_checkpoint;                 // time to save
  // Of work between the steps that may take long: what it is, and how far it has come.
  std::function<void(const std::string& what, Index done, Index total)> on_progress;
  const std::atomic<bool>* stop = nullptr;  // set by Ctrl-C: finish the step and return
};

// The M steps: minibatch training of the network, interrupted by E steps that change which patches take part.
// Everything random is a function of (seed, epoch, step), so a run that was saved and resumed ends in the
// same bits as one that was not interrupted.
class Trainer {
 public:
  Trainer(const Device& device, const Options& options, const TrainingData& data,
          bool detect_anomalies = false);

  // Trains until the last epoch or until the observer's stop flag; true when training is complete.
  bool run(const TrainingObserver& observer);

  Model& model() { return model_; }
  const PatchLabels& labels() const { return labels_; }  // V of training_samples(), in that order
  const std::vector<Index>& training_samples() const { return samples_; }
  Index total_steps() const;
  Index steps_done() const { return position_; }
  Index steps_per_epoch() const;
  // Which images training takes for one person's, as samples of the data set; empty when it is told who is
  // who.
  const Pairs& pairs() const { return pairs_; }

  // Everything that resuming needs: weights, moments, running statistics, labels, position.
  void save(const std::filesystem::path& checkpoint) const;
  void resume(const std::filesystem::path& checkpoint);

  // The tape of one training step on the current weights, with timings: for people who want to look at it.
  // `prepare` sees the tape before its first op. Neither may keep a tensor of it: the batch's memory is
  // filled anew by the next one.
  void inspect_step(const std::function<void(const Tape&)>& look,
                    const std::function<void(Tape&)>& prepare = {});

 private:
  struct Forward {
    NetworkOutput output;
    LossReport loss;
  };
  Forward forward(Tape& tape, const Batch& batch);
  StepRecord train_step(Index epoch, Index step, const TrainingObserver& observer);
  void back_and_update(const Variable& loss, StepRecord& record);
  Tensor batch_labels(const Batch& batch, const std::vector<std::uint8_t>& all) const;
  bool is_em_epoch(Index epoch) const;
  const Batch& next_batch();
  void open_source();
  Pairs guess_pairs() const;
  void use_pairs(Pairs pairs);
  void em_round(Index epoch, const TrainingObserver& observer);
  PatchLabels judge_patches(const TrainingObserver& observer) const;
  void use_labels(PatchLabels labels);
  ValidationRecord validate(Index epoch, const TrainingObserver& observer);
  void watch_for_collapse(const StepRecord& record, const TrainingObserver& observer);
  ParameterList parameters() const;        // of the network and of the identity classifier
  std::string training_data_mark() const;  // differs when people or images do

  Device device_;
  Options options_;
  TrainingData data_;
  bool detect_anomalies_;
  std::vector<Index> samples_;        // all images of the training people
  std::vector<Index> row_of_sample_;  // where a sample stands in samples_; -1: nowhere
  Model model_;
  std::unique_ptr<Linear> identity_;  // the identity loss's classifier: in checkpoints, not in the model
  Optimizer optimizer_;
  Schedule schedule_;
  Pairs pairs_;                        // with pseudo labels
  Dataset told_;                       // the data set as far as training is told who is who
  std::vector<Index> identities_;      // of told_, to learn from
  std::optional<BatchSource> source_;  // of told_
  PatchLabels labels_;
  std::vector<std::uint8_t> pool_mask_;  // labels_.v, with at least one 1 in every strip
  Index position_ = 0;                   // steps done
  Index round_ = 1;                      // the M step we are in
  bool em_settled_ = false;
  Index collapsed_steps_ = 0;
  EpochRecord epoch_;  // of the epoch we are in, so far
};

}  // namespace triptych
