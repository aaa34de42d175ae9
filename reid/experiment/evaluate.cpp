#include "reid/experiment/evaluate.h"

#include <numeric>

#include "engine/error.h"
#include "reid/evaluation/protocol_rows.h"
#include "reid/experiment/leak.h"
#include "reid/metrics/rerank.h"
#include "reid/report/scores.h"

namespace triptych {
namespace {

std::vector<Index> tested_identities(const EvaluationJob& job, const Split& split) {
  if (job.people == TestedPeople::test) return split.test;
  if (job.people == TestedPeople::train) return split.train;
  if (job.people == TestedPeople::validation) {
    const std::vector<Index> held_out = train_and_validation(split.train, job.model.options.training).test;
    require(!held_out.empty(), "{} was trained without validation identities: --people validation has nobody",
            job.model_file);
    return held_out;
  }
  std::vector<Index> everybody(static_cast<std::size_t>(job.data.dataset.identities));
  std::iota(everybody.begin(), everybody.end(), Index(0));
  return everybody;
}

void require_effect(const EvaluationJob& job, const TestPlan& plan) {
  std::string_view people;
  for (const auto& [name, member] : tested_people_names)
    if (member == job.people) people = name;
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

// The rows of a list of evaluate_rows' rows.
std::span<const Real> rows_at(const std::vector<Real>& rows, std::size_t first, std::size_t count,
                              Index size) {
  return std::span(rows).subspan(first * static_cast<std::size_t>(size),
                                 count * static_cast<std::size_t>(size));
}

std::vector<OpenSearch> open_searches_of(const EvaluationJob& job, const Protocol& protocol,
                                         const std::vector<Real>& rows) {
  const Index size = job.model.network->embedding_size();
  const std::size_t gallery = protocol.gallery.size(), queries = protocol.query.size();
  return open_searches(job.device, rows_at(rows, gallery, queries, size),
                       who_is(job.data.dataset, protocol.query), rows_at(rows, 0, gallery, size),
                       who_is(job.data.dataset, protocol.gallery), size);
}

// Thresholds hold for people whom the network has not learned from, so people who were held out of training
// for validation are the better judges; but a FAR of 1% needs a hundred searches at least.
OpenThresholds thresholds_of(const EvaluationJob& job, const TestPlan& plan, const Split& split) {
  constexpr Index least = 100;
  const Split sides = train_and_validation(split.train, job.model.options.training);
  const bool held_out = static_cast<Index>(sides.test.size()) >= least;
  const Protocol protocol = training_protocol(job.data.dataset, held_out ? sides.test : split.train,
                                              plan.name, std::max(job.choice.gallery_camera, 1) - 1);
  const std::vector<Real> rows =
      embed_protocol(job.model, job.data.images, protocol, false, [&](Index done, Index total) {
        job.watcher.progress("thresholds", done, total);
      }).rows;
  OpenThresholds chosen =
      choose_thresholds(open_searches_of(job, protocol, rows), static_cast<Index>(protocol.gallery.size()),
                        held_out ? "people held out of training" : "training people");
  chosen.model = key_of_file(job.model_file).substr(5);  // without "file "
  return chosen;
}

// The distances after re-ranking as an evaluation of both directions.
Evaluation reranked(const EvaluationJob& job, const Protocol& protocol, bool both_directions,
                    const std::vector<Real>& rows) {
  const Index size = job.model.network->embedding_size();
  const Dataset& dataset = job.data.dataset;
  constexpr std::size_t most = 40000;  // images: their distances are 6.4 GB
  const auto search = [&](const Protocol& search, std::span<const Real> queries,
                          std::span<const Real> gallery) {
    require(search.query.size() + search.gallery.size() <= most,
            "--rerank compares all images with each other, and {} are too many (at most {}); leave it out",
            search.query.size() + search.gallery.size(), most);
    const std::vector<Real> distances =
        rerank(distance_matrix(job.device, queries, gallery, size),
               distance_matrix(job.device, queries, queries, size),
               distance_matrix(job.device, gallery, gallery, size), static_cast<Index>(search.query.size()),
               static_cast<Index>(search.gallery.size()), RerankOptions());
    return rank_queries(distances, who_is(dataset, search.query), who_is(dataset, search.gallery));
  };
  const std::size_t gallery = protocol.gallery.size(), queries = protocol.query.size();
  Evaluation evaluation;
  evaluation.result =
      search(protocol, rows_at(rows, gallery, queries, size), rows_at(rows, 0, gallery, size));
  if (!both_directions) return evaluation;
  const Protocol other = reversed(dataset, protocol);
  std::vector<Real> asking;
  for (std::size_t i = 0; i < gallery; ++i)
    if (dataset.samples[static_cast<std::size_t>(protocol.gallery[i])].identity != distractor) {
      const auto row = rows_at(rows, i, 1, size);
      asking.insert(asking.end(), row.begin(), row.end());
    }
  evaluation.reverse = search(other, asking, rows_at(rows, gallery, other.gallery.size(), size));
  return evaluation;
}

// evaluate() of train.h, and what else was asked for of the same embeddings.
std::vector<Evaluation> test_split(const EvaluationJob& job, const TestPlan& plan, const Split& split,
                                   Tests& tests) {
  if (!job.open_set && !job.rerank) return evaluate(job.model, job.data, plan, job.watcher);
  std::vector<Evaluation> draws, again;
  OpenSetResult open;
  for (const Protocol& protocol : plan.draws) {
    const auto [rows, shares] =
        embed_protocol(job.model, job.data.images, protocol, plan.both_directions,
                       [&](Index done, Index total) { job.watcher.progress("testing", done, total); });
    draws.push_back(evaluate_rows(job.device, job.data.dataset, protocol, rows,
                                  job.model.network->embedding_size(), plan.both_directions, shares));
    if (job.rerank) again.push_back(reranked(job, protocol, plan.both_directions, rows));
    if (!job.open_set) continue;
    const std::vector<OpenSearch> searches = open_searches_of(job, protocol, rows);
    open.searches.insert(open.searches.end(), searches.begin(), searches.end());
  }
  if (job.rerank) tests.reranked.push_back(mean_of_draws(again));
  if (job.open_set) {
    open.thresholds = thresholds_of(job, plan, split);
    tests.open_set.push_back(std::move(open));
  }
  return draws;
}

}  // namespace

Tests evaluate_splits(const EvaluationJob& job) {
  Tests tests;
  const std::string model = key_of_file(job.model_file);
  for (const NumberedSplit& split : chosen_splits(job.choice, job.data.dataset)) {
    const std::vector<Index> identities = tested_identities(job, split.identities);
    if (job.people == TestedPeople::test || job.people == TestedPeople::validation)
      require_unknown(job.model, job.data, identities, job.model_file);
    TestPlan plan = test_plan(job.choice, job.data.dataset, identities);
    require_effect(job, plan);
    tests.splits.push_back(
        split_result(split, plan, job.data.dataset, test_split(job, plan, split.identities, tests)));
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
