#pragma once
#include <vector>

#include "reid/experiment/job.h"
#include "reid/experiment/run_folder.h"

namespace triptych {

// Trains in memory; nothing is written. A model that is started from may not know the test identities.
Model train(const Job& job, const Watcher& watcher = {});

// Trains (from the folder's checkpoint, if there is one), saves model, records and maps in the folder, tests
// the model (with `baselines` its untrained self and the raw pixels, too), and draws the best and worst
// queries. When the watcher's stop flag is set, saves a checkpoint and throws Interrupted. A folder whose
// job.json has another key is an Error that names the first difference. Several ranks (engine/ranks.h) train
// and test together; the first one writes.
SplitResult train_and_test(const Job& job, const DataChoice& choice, RunFolder& folder,
                           const Watcher& watcher = {});

// What the first of several ranks says, which alone writes into folders and so alone knows them; with one
// rank, what this one says. Every rank must ask.
bool on_first_rank(const Device& device, bool here);

// One evaluation for each draw of the plan.
std::vector<Evaluation> evaluate(const Model& model, const ExperimentData& data, const TestPlan& plan,
                                 const Watcher& watcher = {}, const std::string& what = "testing");
std::vector<Evaluation> evaluate_raw_pixels(const Device& device, const NetworkOptions& network,
                                            const ExperimentData& data, const TestPlan& plan,
                                            const Watcher& watcher = {});

// A result of these evaluations, for results.json.
SplitResult split_result(const NumberedSplit& split, const TestPlan& plan, const Dataset& dataset,
                         std::vector<Evaluation> draws);
// ... and of the raw pixels beside it.
void set_pixels(SplitResult& result, std::vector<Evaluation> draws);

}  // namespace triptych
