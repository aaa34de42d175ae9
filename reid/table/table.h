#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "reid/key.h"
#include "reid/report/cmc_plot.h"
#include "reid/report/results.h"
#include "reid/table/outcome.h"

namespace triptych {

// A method with its results on every split.
struct TableLine {
  Method method;
  std::vector<Outcome> splits;

  std::vector<Scores> forward() const;  // of each split
  std::vector<Scores> reverse() const;  // empty where the protocol has one direction
  CmcCurve curve() const;               // mean and deviation over the splits, at every rank
  double median(double Outcome::*number) const;
};

struct ResultTable {
  std::string layout;  // of the data set: selects the published results
  std::string protocol;
  std::vector<std::pair<std::string, std::vector<TableLine>>>
      groups;  // title, lines; every line has at least one split

  // The inputs of the rows' keys, from which `verify` computes them again.
  struct Test {
    int split = 1;
    std::vector<Index> train, test;  // identities
    std::vector<std::string> names;  // of the test identities
    std::vector<Protocol> draws;     // queries and galleries, as samples of the data set
    bool both_directions = true;
  };
  std::vector<Test> tests = {};
  Inputs inputs = {};                           // inputs common to all rows: images, device, ...
  std::map<std::string, Inputs> networks = {};  // the inputs of each network that a row used, by its key
};

// "computed", "reused" or "2 computed, 8 reused": the origin of the results of the line's splits.
std::string origin(const TableLine& line);

// A line in the form that compare_runs (reid/evaluation/comparison.h) takes.
RankedRun ranked_run(const TableLine& line);

// Text: ranks with deviations, published results, dimensions and times.
std::string markdown(const ResultTable& table);
// table1.json: all figures of the table and the data they follow from; `triptych verify` recomputes keys and
// figures from it.
//   rows      one object per method: means over the splits, costs, definition, and in `splits` for each split
//             its key, the keys of the networks it used, cmc, and the ranks of every query in both directions
//   tests     for each split: training and test identities, each query's image and identity, and the samples
//             of the queries and galleries of each draw
//   networks  the inputs of each network, by key
//   inputs    inputs common to all rows
// and the machine it was computed on.
std::string table_json(const ResultTable& table, const Provenance& provenance);
// The CMC figure: the curves of some methods (by slug) and the published ones.
Drawing table_figure(const ResultTable& table, const std::string& title, std::span<const std::string> slugs);

}  // namespace triptych
