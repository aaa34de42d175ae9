#pragma once
#include <string>
#include <vector>

#include "reid/experiment/train.h"

namespace triptych {

// Whom a model is tested on: the test or the training identities of each split, or all of the data set's.
enum class TestedPeople { test, train, all };
inline const EnumNames<TestedPeople> tested_people_names = {
    {"test", TestedPeople::test}, {"train", TestedPeople::train}, {"all", TestedPeople::all}};

struct EvaluationJob {
  Device device;
  const Model& model;
  std::string model_file;
  const ExperimentData& data;
  DataChoice choice;
  TestedPeople people = TestedPeople::test;
  bool baselines = false;  // test the raw pixels, too
  Watcher watcher = {};
};

struct Tests {
  std::vector<SplitResult> splits;
  std::string protocol;
  TestPlan last;  // of the last split
};

// Tests the model on every split that the data choice names. Test people that the model was trained on are an
// Error; so is a choice of people or splits that would have no effect.
Tests evaluate_splits(const EvaluationJob& job);

}  // namespace triptych
