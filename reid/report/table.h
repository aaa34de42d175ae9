#pragma once
#include <span>
#include <string>
#include <vector>

#include "reid/report/scores.h"

namespace triptych {

// A line of the CMC table: one way to describe images, with its scores on every split.
struct TableRow {
  std::string name;
  std::vector<Directions> splits;
};

// The table that people read, in %: ranks 1, 5, 10, 20, 30, mAP and mINP; first B queries A, then the other
// direction. Over several splits a row shows the means and, in a second line, the standard deviations.
std::string cmc_table(std::span<const TableRow> rows);

}  // namespace triptych
