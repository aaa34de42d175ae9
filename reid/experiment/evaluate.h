#pragma once
#include <string>
#include <vector>

#include "reid/evaluation/open_set.h"
#include "reid/experiment/train.h"

namespace triptych {

// Whom a model is tested on: the test or the training identities of each split, those of the training
// identities that the model's training held out, or all of the data set's.
enum class TestedPeople { test, train, validation, all };
inline const EnumNames<TestedPeople> tested_people_names = {{"test", TestedPeople::test},
                                                            {"train", TestedPeople::train},
                                                            {"validation", TestedPeople::validation},
                                                            {"all", TestedPeople::all}};

struct EvaluationJob {
  Device device;
  const Model& model;
  std::string model_file;
  const ExperimentData& data;
  DataChoice choice;
  TestedPeople people = TestedPeople::test;
  bool baselines = false;  // test the raw pixels, too
  // By the plain distance alone: not for networks with --visible, nor for occluded queries.
  bool open_set = false;  // searches for people who may not be in the gallery, too
  bool rerank = false;    // k-reciprocal re-ranking (reid/metrics/rerank.h), too
  Watcher watcher = {};
};

// The open-set test of a split: thresholds from its training side, and the searches of its test.
struct OpenSetResult {
  OpenThresholds thresholds;
  std::vector<OpenSearch> searches;
};

struct Tests {
  std::vector<SplitResult> splits;
  std::string protocol;
  TestPlan last;                        // of the last split
  std::vector<OpenSetResult> open_set;  // of each split, if requested
  std::vector<Directions> reranked;     // of each split, if requested
};

// Tests the model on every split that the data choice names. Test people that the model was trained on are an
// Error; so is a choice of people or splits that would have no effect.
Tests evaluate_splits(const EvaluationJob& job);

}  // namespace triptych
