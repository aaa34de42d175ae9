#pragma once
#include <filesystem>
#include <vector>

#include "reid/experiment/train.h"

namespace triptych {

// A run of `train`: a training and its test on each split that the data choice names, all in one folder.
struct RunJob {
  Device device;
  DataChoice choice;
  Options options;
  std::filesystem::path folder;
  bool anomalies = false;
  Program program;
  bool baselines = false;  // as in Job
};

// Trains, or goes on with, every split; one split is written into the folder itself, several into split_1,
// split_2, ... in it. Then writes results.json. A run that is complete is read, not trained again. While it
// works no other program writes into the folder.
std::vector<SplitResult> run(const RunJob& job, const Watcher& watcher = {});

}  // namespace triptych
