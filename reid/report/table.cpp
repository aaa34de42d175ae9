#include "reid/report/table.h"

#include <fmt/format.h>

namespace triptych {
namespace {

std::string header(const std::string& title) {
  std::string line = fmt::format("{:<26}", title);
  for (const int rank : RankingResult::shown_ranks)
    line += fmt::format("{:>8}", fmt::format("rank {}", rank));
  return line + fmt::format("{:>8}{:>8}\n", "mAP", "mINP");
}

std::string line(const std::string& name, const Scores& scores, const char* sign) {
  std::string text = fmt::format("{:<26}", name);
  const auto add = [&](double value) { text += fmt::format("{:>8}", fmt::format("{}{:.1f}", sign, value)); };
  for (const double value : scores.cmc) add(value);
  add(scores.map);
  add(scores.minp);
  return text + "\n";
}

std::string lines(const std::string& name, std::span<const Scores> splits) {
  const ScoresOverSplits summary = over_splits(splits);
  std::string text = line(name, summary.mean, "");
  if (splits.size() > 1)
    text += line(fmt::format("  deviation, {} splits", splits.size()), summary.deviation, "+-");
  return text;
}

}  // namespace

std::string cmc_table(std::span<const TableRow> rows) {
  std::string forward = header("queries -> gallery, %"), reverse;
  for (const TableRow& row : rows) {
    std::vector<Scores> there, back;
    for (const Directions& split : row.splits) {
      there.push_back(split.forward);
      if (split.reverse) back.push_back(*split.reverse);
    }
    if (!there.empty()) forward += lines(row.name, there);
    if (!back.empty()) reverse += lines(row.name, back);
  }
  return reverse.empty() ? forward : forward + header("gallery -> queries, %") + reverse;
}

}  // namespace triptych
