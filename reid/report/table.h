#pragma once
#include <span>
#include <string>
#include <vector>

#include "reid/evaluation/comparison.h"
#include "reid/report/scores.h"

namespace triptych {

// A line of the CMC table: one way to describe images, with its scores on every split.
struct TableRow {
  std::string name;
  std::vector<Directions> splits;
};

// The table for the terminal, in %: ranks 1, 5, 10, 20, 30, mAP and mINP; first B queries A, then the other
// direction. Over several splits a row shows the means and, in a second line, the standard deviations.
std::string cmc_table(std::span<const TableRow> rows);

// "+2.8 points of rank 1, corrected standard error 2.6 over 10 splits; p = 0.0012 (sign-flip test over 450
// identities)": without the error for one split, without the test where there are no ranks.
std::string gain_sentence(const Comparison& gain);
// The same for rank 1 and mAP, with the naive error beside and the queries that one of the two finds alone,
// for people: several lines.
std::string comparison_table(const Comparison& gain, const std::string& ours, const std::string& theirs);
// What simulate_equal_methods found, in a sentence.
std::string false_alarms_sentence(const FalseAlarms& alarms);

}  // namespace triptych
