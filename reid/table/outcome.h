#pragma once
#include <string>
#include <vector>

#include "reid/evaluation/comparison.h"
#include "reid/table/searcher.h"

namespace triptych {

// The result of one method on one split, sufficient to recompute every figure of the table.
struct Outcome {
  std::string slug;
  int split = 1;
  std::vector<Evaluation> draws;  // one for each draw of the protocol
  RankedSplit ranked;             // the forward direction, query by query
  Index dimensions = 0;
  std::string chosen;
  bool transductive = false;
  double choosing_seconds = 0,
         fit_seconds = 0;             // on training identities: hyper-parameter selection, then the fit
  double query_microseconds = 0;      // projecting a query's features and comparing it with the gallery
  double training_seconds = 0;        // of the network, where there is one
  std::string key;                    // of all inputs of the result (reid/experiment/rows.h)
  std::vector<std::string> networks;  // keys of the networks that it used
  bool reused = false;                // read from a stored result with the same key
};

// Fits on the split's training identities, then evaluates each protocol in blocks of queries, so that no
// distance matrix larger than a block is in memory.
Outcome measure(const Method& method, const SplitView& split, std::span<const Protocol> protocols,
                bool both_directions);

}  // namespace triptych
