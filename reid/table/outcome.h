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
  double training_seconds = 0;        // of the network, where there is one
  std::string key;                    // of everything that decided it (reid/experiment/rows.h)
  std::vector<std::string> networks;  // keys of the networks that it read
  bool reused = false;                // read from a file of an equal key, not computed now
};

// Learns on the split's training people, then searches each protocol, in blocks of queries so that no
// distance matrix larger than a block is ever held.
Outcome measure(const Method& method, const SplitView& split, std::span<const Protocol> protocols,
                bool both_directions);

}  // namespace triptych
