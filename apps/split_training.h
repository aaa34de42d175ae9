#pragma once
#include <functional>

#include "apps/experiment.h"
#include "apps/run_folder.h"

namespace triptych {

// The training people, some of them held out for validation (`test`). Never more than a third: what is
// validated is not learnt from.
Split train_and_validation(std::span<const Index> identities, const TrainingOptions& options);

// Everything that training and testing on one split takes.
struct SplitTraining {
  Device device;
  const Options& options;
  const DataChoice& choice;
  const Experiment& experiment;
  const NumberedSplit& split;
  RunFolder& folder;
  bool anomalies;
  std::function<void()> on_start;  // nothing stands in the way any more: the first thing that is written
};

// Trains (from the folder's checkpoint, if there is one), saves the model, tests it beside its untrained self
// and the raw pixels, and draws maps and ranks. Ctrl-C: saves a checkpoint and throws Interrupted.
SplitResult train_split(const SplitTraining& work);

}  // namespace triptych
