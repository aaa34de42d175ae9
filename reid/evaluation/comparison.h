#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "reid/evaluation/protocol.h"
#include "reid/evaluation/significance.h"

namespace triptych {

// One query of a search: which image it is, who is on it, and the ranks of its right images.
struct QueryRanks {
  std::string image;                // the same image has the same name in all runs over one data set
  std::string identity;             // as in the data set's file names
  std::vector<std::int32_t> ranks;  // ascending, from 1; empty: no right image in the gallery

  bool found() const { return !ranks.empty() && ranks.front() == 1; }
  // Mean over the right images of (right images up to it) / (its rank); 0 without one.
  double average_precision() const;
};

// All queries of one split, draw after draw where the protocol is drawn several times.
struct RankedSplit {
  int split = 1;
  Index training_identities = 0;  // whom the method learned from
  Index gallery = 0;              // images, of the first draw
  Index gallery_identities = 0;
  std::vector<QueryRanks> queries;
  double rank1 = 0;  // in %, of a table that was written without ranks: `queries` is empty

  double rank1_of() const;  // in %, of the queries, or the above
};

// The queries of a split's protocols with the ranks that searches gave them, one result for each protocol.
RankedSplit ranked_split(int split, Index training_identities, const Dataset& dataset,
                         std::span<const Protocol> protocols, std::span<const Evaluation> results);

// A method on one or several splits, with a name for messages.
struct RankedRun {
  std::string name;
  std::vector<RankedSplit> splits;
};

// Ours less theirs, in percentage points, over the splits that both have.
struct Comparison {
  PairedGain rank1;
  Index queries = 0, identities = 0;  // 0: there are no ranks, and what follows is not known
  PairedGain map;
  double rank1_p = 1, map_p = 1;         // of the sign-flip test over identities
  Index only_ours = 0, only_theirs = 0;  // queries that one of the two has at rank 1 and the other has not
};

// An Error unless both have a split in common, and in each common split the same queries of the same
// identities, the same gallery size and the same number of training identities: it names the first
// difference. Queries without a right image in the gallery are ignored. Where either has no ranks, only the
// gain at rank 1 is known.
Comparison compare_runs(const RankedRun& ours, const RankedRun& theirs);

}  // namespace triptych
