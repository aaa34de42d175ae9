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

  // What the keys of the rows were computed from, so that they can be computed again.
  struct Test {
    int split = 1;
    std::vector<Index> train, test;  // identities
    std::vector<std::string> names;  // of the test identities
    std::vector<Protocol> draws;     // queries and galleries, as samples of the data set
    bool both_directions = true;
  };
  std::vector<Test> tests = {};
  Inputs inputs = {};                           // what is the same for all rows: images, device, ...
  std::map<std::string, Inputs> networks = {};  // what decided each network that a row read, by its key
};

// "computed", "reused" or "2 computed, 8 reused": how the line's splits came about.
std::string origin(const TableLine& line);

// A line as compare_runs (reid/evaluation/comparison.h) takes it.
RankedRun ranked_run(const TableLine& line);

// For people: ranks with deviations, published figures beside, what the representation costs.
std::string markdown(const ResultTable& table);
// table1.json: everything that the table shows and all that it follows from; `triptych verify` computes keys
// and figures again from it.
//   rows      one object a method: means over the splits, costs, definition, and in `splits` for each split
//             its key, the keys of the networks it read, cmc, and the ranks of every query in both directions
//   tests     of each split: who trains, who is tested, each query's image and identity, and the samples of
//             the queries and galleries of each draw
//   networks  what decided each network, by key
//   inputs    what is the same for all rows
// and where it was computed.
std::string table_json(const ResultTable& table, const Provenance& provenance);
// The figure: the curves of some methods (by slug) beside the published ones.
Drawing table_figure(const ResultTable& table, const std::string& title, std::span<const std::string> slugs);

}  // namespace triptych
