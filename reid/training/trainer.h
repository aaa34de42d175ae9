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
#include "datasets/parallel.h"
#include "engine/batch_split.h"
#include "engine/image_split.h"
#include "engine/optimizer.h"
#include "reid/em/em.h"
#include "reid/evaluation/protocol.h"
#include "reid/loss/losses.h"
#include "reid/network/model.h"
#include "reid/training/epoch_record.h"
#include "reid/training/pseudo_labels.h"

namespace triptych {

// The training data. `train` and `validation` are disjoint, and neither contains a test identity.
struct TrainingData {
  const Dataset& dataset;
  const ImageSource& images;             // of the whole data set, at the network's image size
  std::vector<Index> train, validation;  // identities
};

struct StepRecord {
  Index epoch = 0, step = 0;  // from 0; step counts over the whole run
  double loss = 0;
  std::vector<std::pair<std::string, double>> parts;  // of the loss, before their weights
  double mean_positive = 0, mean_negative = 0;  // mean squared distance of positive and of negative pairs
  double active = 0;                            // share of the triplets that are active
  double embedding_norm = 0;                    // mean length before normalisation
  double gradient_norm = 0, rate = 0, seconds = 0;
};

struct EmRecord {
  Index round = 0, epoch = 0;  // the E step that ends M step `round`, counted from 1, before `epoch`
  double changed = 0, kept = 0;
  std::optional<double> rank1;  // on the validation identities, before the E step
  // With --labels pseudo: the number of pairs that the round found, and the share of correct ones, which the
  // training has no access to.
  std::optional<Index> pairs = std::nullopt;
  std::optional<double> right = std::nullopt;
};

struct ValidationRecord {
  Index epoch = 0;  // number of trained epochs
  double rank1 = 0, rank5 = 0, map = 0;
};

// Observer callbacks of the training, all optional.
struct TrainingObserver {
  std::function<void(Tape&)> on_tape;  // of a step, before its first op: to time its nodes
  std::function<void(const StepRecord&)> on_step;
  std::function<void(const EpochRecord&)> on_epoch;
  std::function<void(const EmRecord&, const PatchLabels&)> on_em;
  std::function<void(const ValidationRecord&)> on_validation;
  std::function<void(const std::string&)> on_warning;  // message about a collapse
  std::function<void()> on_checkpoint;                 // a checkpoint is due
  // Progress of long work between steps: its name, the number of items done, and their total.
  std::function<void(const std::string& what, Index done, Index total)> on_progress;
  const std::atomic<bool>* stop = nullptr;  // set by Ctrl-C: return after the current step

  OnProgress progress_of(const char* what) const;  // on_progress for this work; empty when there is none
};

// The EM loop: M steps, which are minibatch training of the network, alternate with E steps, which select the
// patches. All random numbers are functions of (seed, epoch, step), so an interrupted and resumed run ends in
// the same bits as an uninterrupted one.
//
// Where the device is one of several ranks (engine/ranks.h), all run the same training: they share each batch
// (engine/batch_split.h; on devices other than cpu engine/image_split.h) and the images that are embedded,
// and all end in the same bits: on the device cpu in those of one. Each observer is its own rank's, and one
// that is set on one rank must be set on all.
class Trainer {
 public:
  Trainer(const Device& device, const Options& options, const TrainingData& data,
          bool detect_anomalies = false);

  // Trains up to the last epoch, or until the observer's stop flag is set; true if training is complete.
  bool run(const TrainingObserver& observer);

  Model& model() { return model_; }
  const PatchLabels& labels() const { return labels_; }  // V of training_samples(), in that order
  const std::vector<Index>& training_samples() const { return samples_; }
  Index total_steps() const;
  Index steps_done() const { return position_; }
  Index steps_per_epoch() const;
  // The pseudo labels: pairs of samples of the data set that share an identity; empty with known labels.
  // Among more than two cameras pairs connect clusters.
  const Pairs& pairs() const { return pairs_; }

  // The state that resuming needs: weights, moments, running statistics, labels, position.
  void save(const std::filesystem::path& checkpoint) const;
  void resume(const std::filesystem::path& checkpoint);

  bool shares_batches() const;  // among several ranks
  // How the ranks share a batch on the device cpu, after the first step; null where there is one rank.
  const BatchSplit* split() const { return split_.get(); }

  // Passes the tape of one training step on the current weights, with timings, to `look`; `prepare` receives
  // the tape before its first op. Neither may keep a tensor of it: the next batch overwrites its memory.
  void inspect_step(const std::function<void(const Tape&)>& look,
                    const std::function<void(Tape&)>& prepare = {});
  // The same for a step that several ranks would share: also how, and what they would exchange. Computed here
  // alone and whole.
  void plan_step(const std::function<void(const Tape&, const BatchSplit&)>& look);

 private:
  struct Forward {
    NetworkOutput output;
    LossReport loss;
  };
  Forward forward(Tape& tape, const Batch& batch);
  StepRecord train_step(Index epoch, Index step, const TrainingObserver& observer);
  GradientNorms back(const Variable& loss);
  void update(const GradientNorms& gradients, std::span<const Real> norms, StepRecord& record);
  template <class T>
  Tensor batch_labels(const Batch& batch, const std::vector<T>& all) const;
  // Which patches of a batch are pooled, and what the patch loss and the gate's loss take for V.
  struct BatchLabels {
    PatchSelection selection;
    Tensor v;
  };
  BatchLabels label_batch(const Batch& batch, const NetworkOutput& output) const;
  BatchLabels occluder_labels(const Batch& batch) const;
  BatchLabels similarity_labels(const Batch& batch, const NetworkOutput& output) const;
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
  bool stop_wanted(const TrainingObserver& observer) const;
  void share_batch(const Batch& batch);
  void end_sharing();
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
  Dataset told_;                       // the data set with the labels that the training has access to
  std::vector<Index> identities_;      // of told_, to learn from
  std::optional<BatchSource> source_;  // of told_
  PatchLabels labels_;
  std::vector<std::uint8_t> pool_mask_;  // labels_.v, with at least one 1 in every strip
  Index position_ = 0;                   // steps done
  Index round_ = 1;                      // the M step we are in
  bool em_settled_ = false;
  Index collapsed_steps_ = 0;
  EpochRecord epoch_;                        // of the epoch we are in, so far
  std::unique_ptr<BatchSplit> split_;        // with several ranks, on the device cpu
  std::unique_ptr<ImageSplit> image_split_;  // ... on others
};

}  // namespace triptych
