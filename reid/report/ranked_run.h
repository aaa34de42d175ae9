#pragma once
#include <string>

#include "reid/evaluation/comparison.h"

namespace triptych {

// Reads the ranks of a run for `compare`. `where` is
//
//   FOLDER          of train or evaluate: its results.json
//   FILE            a results.json
//   FOLDER:SLUG     a row of the table in the folder: its table1.json
//   FILE:SLUG       a row of a table1.json
//
// A file that is missing or holds something else, and a row that is not in the table, are Errors that say
// what there is.
RankedRun read_ranked_run(const std::string& where);

}  // namespace triptych
