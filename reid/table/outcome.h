#pragma once
#include <string>
#include <vector>

#include "reid/evaluation/comparison.h"
#include "reid/table/searcher.h"

namespace triptych {

// What one method did on one split: enough to compute every number of the table again.
struct Outcome {
  std::string slug;
  int split = 1;
  std::vector<Evaluation> draws;  // one for each draw of the protocol
  RankedSplit ranked;             // the forward direction, query by query
  Index dimensions = 0;
  std::string chosen;
  bool transductive = false;
  double choosing_seconds = 0,
         fit_seconds = 0;  // on training people: choosing hyper-parameters, then learning
  double query_microseconds =
      0;  // to describe a query by its features' projection and to compare it with the gallery
  double training_seconds = 0;  // of the network, where there is one
};

// Learns on the split's training people, then searches each protocol, in blocks of queries so that no
// distance matrix larger than a block is ever held.
Outcome measure(const Method& method, const SplitView& split, std::span<const Protocol> protocols,
                bool both_directions);

// As JSON, and back. `key` says what the outcome was computed from (data, splits, method): an outcome with
// another key is nothing, and is measured again.
std::string to_json(const Outcome& outcome, const std::string& key);
std::optional<Outcome> outcome_from_json(const std::string& text, const std::string& key);

}  // namespace triptych
