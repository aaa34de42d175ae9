#pragma once
#include <span>
#include <string>
#include <vector>

#include "reid/report/cmc_plot.h"
#include "reid/report/results.h"
#include "reid/table/outcome.h"

namespace triptych {

// A method with what it did on every split.
struct TableLine {
  Method method;
  std::vector<Outcome> splits;

  std::vector<Scores> forward() const;  // of each split
  std::vector<Scores> reverse() const;  // empty where the protocol has one direction
  CmcCurve curve() const;               // mean and deviation over the splits, at every rank
  double median(double Outcome::*number) const;
};

struct ResultTable {
  std::string layout;  // of the data set: says which published figures stand beside
  std::string protocol;
  std::vector<std::pair<std::string, std::vector<TableLine>>>
      groups;  // title, lines; lines have a split at least
};

// A line as compare_runs (reid/evaluation/comparison.h) takes it.
RankedRun ranked_run(const TableLine& line);

// For people: ranks with deviations, published figures beside, what the representation costs.
std::string markdown(const ResultTable& table);
// {"rows": [{"method", "cmc": {"1": ...}, ...}, ...], ...}: means over the splits, each split's rank 1,
// costs, provenance.
std::string table_json(const ResultTable& table, const Provenance& provenance);
// The figure: the curves of some methods (by slug) beside the published ones.
Drawing table_figure(const ResultTable& table, const std::string& title, std::span<const std::string> slugs);

}  // namespace triptych
