#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "reid/experiment/networks.h"
#include "reid/experiment/rows.h"
#include "reid/table/table.h"

namespace triptych {

// A table of methods: which rows, on which splits of which data, and where its parts are stored.
struct TableJob {
  Device device;
  DataChoice choice;
  const ExperimentData& data;  // at the size of the features
  std::vector<std::string> slugs;
  bool skip_without_viper = false;  // leave out rows that need VIPeR's images when those were not given
  std::filesystem::path folder;     // rows/, networks/ and features/ in it
  std::function<Recipe(const std::string& name)> recipe;
  std::string viper;  // folder of VIPeR's images; empty: not available
  Program program;
};

// Computes every row on every split (several ranks: shared among them; the result is the first one's, the
// others' is empty), or reuses what is stored under the same key. Stored rows of other
// methods are in the table, too. Each outcome carries its key and how it came about. When the watcher's stop
// flag is set, throws Interrupted after the row that is being computed.
ResultTable compute_table(const TableJob& job, const Watcher& watcher = {});

// What is the same for all rows of a table.
Inputs shared_inputs(const DataDigests& digests, const Machine& machine);
// What decides a method's row on a split. `test` is the table's plan; a method with occluded queries has its
// own.
RowInputs row_inputs(const Method& method, const NumberedSplit& split, const TestPlan& test,
                     const DataDigests& digests, const Machine& machine,
                     const std::vector<std::string>& networks);

}  // namespace triptych
