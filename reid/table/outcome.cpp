#include "reid/table/outcome.h"

#include <algorithm>
#include <chrono>

namespace triptych {
namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Number of queries in a block. Re-ranking compares queries with each other and needs all of them in one
// block.
constexpr std::size_t block = 512;

RankingResult search(Searcher& searcher, const Dataset& dataset, std::span<const Index> queries,
                     std::span<const Index> gallery, bool whole, double& seconds) {
  searcher.enter(gallery);
  Ranking ranking(who_is(dataset, gallery));
  const std::size_t rows = whole ? queries.size() : block;
  for (std::size_t first = 0; first < queries.size(); first += rows) {
    const auto part = queries.subspan(first, std::min(rows, queries.size() - first));
    const auto start = Clock::now();
    const std::vector<Real> distances = searcher.distances(part);
    seconds += seconds_since(start);
    ranking.add(distances, who_is(dataset, part));
  }
  return ranking.result();
}

}  // namespace

Outcome measure(const Method& method, const SplitView& split, std::span<const Protocol> protocols,
                bool both_directions) {
  Outcome outcome;
  outcome.slug = method.slug, outcome.split = split.number;
  const auto start = Clock::now();
  const std::unique_ptr<Searcher> searcher = learn(method, split, split.training);
  outcome.choosing_seconds = searcher->choosing_seconds();
  outcome.fit_seconds = seconds_since(start) - outcome.choosing_seconds;

  double seconds = 0;
  std::size_t queries = 0;
  for (const Protocol& protocol : protocols) {
    Evaluation evaluation;
    evaluation.result =
        search(*searcher, split.dataset, protocol.query, protocol.gallery, method.reranked, seconds);
    queries += protocol.query.size();
    if (both_directions) {
      const Protocol other = reversed(split.dataset, protocol);
      evaluation.reverse =
          search(*searcher, split.dataset, other.query, other.gallery, method.reranked, seconds);
      queries += other.query.size();
    }
    outcome.draws.push_back(std::move(evaluation));
  }
  outcome.ranked = ranked_split(split.number, static_cast<Index>(split.training.size()), split.dataset,
                                protocols, outcome.draws);
  outcome.query_microseconds = 1e6 * seconds / static_cast<double>(queries);
  outcome.dimensions = searcher->dimensions();
  outcome.chosen = searcher->chosen();
  outcome.transductive = searcher->transductive();
  return outcome;
}

}  // namespace triptych
