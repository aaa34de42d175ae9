#include "reid/experiment/evaluate.h"

#include <numeric>

#include "engine/error.h"
#include "reid/experiment/leak.h"

namespace triptych {
namespace {

std::vector<Index> tested_identities(const EvaluationJob& job, const Split& split) {
  if (job.people == TestedPeople::test) return split.test;
  if (job.people == TestedPeople::train) return split.train;
  std::vector<Index> everybody(static_cast<std::size_t>(job.data.dataset.identities));
  std::iota(everybody.begin(), everybody.end(), Index(0));
  return everybody;
}

void require_effect(const EvaluationJob& job, const TestPlan& plan) {
  const char* people = job.people == TestedPeople::train ? "train" : "all";
  require(
      job.people != TestedPeople::all || (job.choice.split == "1" && job.choice.splits.empty()),
      "with --people all everybody is tested, so --split and --splits would have no effect: leave them out");
  require(
      job.people == TestedPeople::test || plan.name != "fixed",
      "{} has queries and a gallery of its own, so --people {} would have no effect with --protocol fixed; "
      "give --protocol pair",
      job.data.dataset.root, people);
}

Inputs test_inputs(const EvaluationJob& job, const TestPlan& plan, const std::string& model) {
  const Machine machine = machine_of(job.device);
  TestInputs in;
  in.model = model;
  in.images = job.data.digests.images, in.labels = job.data.digests.labels;
  in.protocol = digest_of(plan);
  in.device = machine.device, in.instruction_set = machine.instruction_set, in.gemm = machine.gemm;
  return inputs_of(in);
}

}  // namespace

Tests evaluate_splits(const EvaluationJob& job) {
  Tests tests;
  const std::string model = key_of_file(job.model_file);
  for (const NumberedSplit& split : chosen_splits(job.choice, job.data.dataset)) {
    const std::vector<Index> identities = tested_identities(job, split.identities);
    if (job.people == TestedPeople::test) require_unknown(job.model, job.data, identities, job.model_file);
    TestPlan plan = test_plan(job.choice, job.data.dataset, identities);
    require_effect(job, plan);
    tests.splits.push_back(
        split_result(split, plan, job.data.dataset, evaluate(job.model, job.data, plan, job.watcher)));
    SplitResult& result = tests.splits.back();
    result.inputs = test_inputs(job, plan, model);
    result.key = key_of(result.inputs);
    if (job.baselines)
      set_pixels(result,
                 evaluate_raw_pixels(job.device, job.model.options.network, job.data, plan, job.watcher));
    tests.protocol = plan.name;
    tests.last = std::move(plan);
  }
  return tests;
}

}  // namespace triptych
