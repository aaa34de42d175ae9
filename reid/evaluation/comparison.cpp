#include "reid/evaluation/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/error.h"

namespace triptych {
namespace {

// Sums of differences: for each split, and for each identity over all splits.
struct Differences {
  std::vector<double> by_split;  // means, percentage points
  std::map<std::string, double> by_identity;

  void close_split(double sum, double queries) { by_split.push_back(100 * sum / queries); }
  double p() const {
    std::vector<double> values;
    for (const auto& [identity, difference] : by_identity) values.push_back(difference);
    return sign_flip_test(values, 1);
  }
};

void require_same_test(const RankedRun& a, const RankedSplit& x, const RankedRun& b, const RankedSplit& y) {
  const auto same = [&](const char* what, Index of_x, Index of_y) {
    require(
        of_x == of_y,
        "{} and {} cannot be compared: in split {} the first has {} {} and the second {}; compare runs of "
        "the same data, splits and protocol",
        a.name, b.name, x.split, of_x, what, of_y);
  };
  same("training identities", x.training_identities, y.training_identities);
  same("gallery images", x.gallery, y.gallery);
  same("queries", static_cast<Index>(x.queries.size()), static_cast<Index>(y.queries.size()));
  for (std::size_t q = 0; q < x.queries.size(); ++q) {
    const QueryRanks &p = x.queries[q], &r = y.queries[q];
    require(p.image == r.image && p.identity == r.identity,
            "{} and {} cannot be compared: query {} of split {} is {} (identity {}) in the first and {} "
            "(identity {}) in the second; compare runs of the same data, splits and protocol",
            a.name, b.name, q + 1, x.split, p.image, p.identity, r.image, r.identity);
    require(p.ranks.size() == r.ranks.size(),
            "{} and {} cannot be compared: query {} of split {} has {} right images in the first gallery and "
            "{} in the second",
            a.name, b.name, p.image, x.split, p.ranks.size(), r.ranks.size());
  }
}

// One split of both, query by query.
void compare_queries(const RankedSplit& a, const RankedSplit& b, Comparison& comparison, Differences& rank1,
                     Differences& precision) {
  double hits = 0, precisions = 0, queries = 0;
  for (std::size_t q = 0; q < a.queries.size(); ++q) {
    const QueryRanks &x = a.queries[q], &y = b.queries[q];
    if (x.ranks.empty()) continue;
    const double hit = x.found() - y.found(), ap = x.average_precision() - y.average_precision();
    ++queries, hits += hit, precisions += ap;
    rank1.by_identity[x.identity] += hit, precision.by_identity[x.identity] += ap;
    comparison.only_ours += hit > 0, comparison.only_theirs += hit < 0;
  }
  rank1.close_split(hits, queries), precision.close_split(precisions, queries);
  comparison.queries += static_cast<Index>(queries);
}

// The file below the data set's folder; synthetic images have no file.
std::string image_name(const Dataset& dataset, const Sample& sample) {
  if (sample.file.empty()) return fmt::format("camera {} image {}", sample.camera + 1, sample.identity + 1);
  return sample.file.lexically_relative(dataset.root).generic_string();
}

}  // namespace

double QueryRanks::average_precision() const {
  double sum = 0;
  for (std::size_t k = 0; k < ranks.size(); ++k) sum += static_cast<double>(k + 1) / ranks[k];
  return ranks.empty() ? 0 : sum / static_cast<double>(ranks.size());
}

double RankedSplit::rank1_of() const {
  if (queries.empty()) return rank1;
  const auto matched = std::ranges::count_if(queries, [](const QueryRanks& q) { return !q.ranks.empty(); });
  return 100.0 * static_cast<double>(std::ranges::count_if(queries, &QueryRanks::found)) /
         static_cast<double>(matched);
}

RankedSplit ranked_split(int split, Index training_identities, const Dataset& dataset,
                         std::span<const Protocol> protocols, std::span<const Evaluation> results) {
  const RankingResult& first = results.front().result;
  RankedSplit ranked{split, training_identities, first.gallery, first.gallery_identities, {}, 0};
  for (std::size_t draw = 0; draw < protocols.size(); ++draw)
    for (std::size_t q = 0; q < protocols[draw].query.size(); ++q) {
      const Sample& sample = dataset.samples[static_cast<std::size_t>(protocols[draw].query[q])];
      ranked.queries.push_back({image_name(dataset, sample),
                                dataset.identity_names[static_cast<std::size_t>(sample.identity)],
                                results[draw].result.right_ranks[q]});
    }
  return ranked;
}

Comparison compare_runs(const RankedRun& ours, const RankedRun& theirs) {
  Comparison comparison;
  Differences rank1, precision;
  double test_to_train = 0;
  bool all_ranks = true;
  for (const RankedSplit& a : ours.splits) {
    const auto b = std::ranges::find(theirs.splits, a.split, &RankedSplit::split);
    if (b == theirs.splits.end()) continue;
    require(a.training_identities > 0 && a.gallery_identities > 0,
            "{} does not say how many identities split {} was trained and tested on; compute it again",
            ours.name, a.split);
    test_to_train += static_cast<double>(a.gallery_identities) / static_cast<double>(a.training_identities);
    if (a.queries.empty() || b->queries.empty()) {
      all_ranks = false;
      rank1.by_split.push_back(a.rank1_of() - b->rank1_of());
    } else {
      require_same_test(ours, a, theirs, *b);
      compare_queries(a, *b, comparison, rank1, precision);
    }
  }
  require(!rank1.by_split.empty(), "{} and {} have no split in common", ours.name, theirs.name);
  test_to_train /= static_cast<double>(rank1.by_split.size());
  const PairedGain gain = gain_over_splits(rank1.by_split, test_to_train);
  if (!all_ranks) comparison = {};
  comparison.rank1 = gain;
  if (!all_ranks) return comparison;
  comparison.map = gain_over_splits(precision.by_split, test_to_train);
  comparison.rank1_p = rank1.p(), comparison.map_p = precision.p();
  comparison.identities = static_cast<Index>(rank1.by_identity.size());
  return comparison;
}

}  // namespace triptych
