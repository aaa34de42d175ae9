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

std::string gain_sentence(const Comparison& gain) {
  std::string text = fmt::format("{:+.1f} points of rank 1", gain.rank1.mean);
  if (gain.rank1.splits > 1)
    text += fmt::format(", corrected standard error {:.1f} over {} splits", gain.rank1.standard_error,
                        gain.rank1.splits);
  if (gain.queries > 0)
    text += fmt::format("; p = {:.4f} (sign-flip test over {} identities)", gain.rank1_p, gain.identities);
  return text;
}

std::string comparison_table(const Comparison& gain, const std::string& ours, const std::string& theirs) {
  std::string text = fmt::format("{}\n  less\n{}\n\n", ours, theirs);
  text +=
      fmt::format("{:<8}{:>8}{:>18}{:>14}{:>12}\n", "points", "gain", "corrected error", "naive error", "p");
  const auto row = [&](const char* name, const PairedGain& of, double p) {
    const auto error = [&](double value) { return of.splits > 1 ? fmt::format("{:.2f}", value) : "-"; };
    text += fmt::format("{:<8}{:>+8.2f}{:>18}{:>14}{:>12}\n", name, of.mean, error(of.standard_error),
                        error(of.naive_error), gain.queries > 0 ? fmt::format("{:.4f}", p) : "-");
  };
  row("rank 1", gain.rank1, gain.rank1_p);
  if (gain.queries > 0) row("mAP", gain.map, gain.map_p);
  text += fmt::format("\n{} split{}. ", gain.rank1.splits, gain.rank1.splits == 1 ? "" : "s");
  if (gain.queries > 0)
    text += fmt::format(
        "{} queries of {} identities: {} found at rank 1 by the first alone, {} by the second "
        "alone.\n",
        gain.queries, gain.identities, gain.only_ours, gain.only_theirs);
  else
    text += "One of the two has no ranks of single queries: no paired test.\n";
  return text +
         "corrected error: Nadeau and Bengio's, for splits that overlap; a gain below two of them may be "
         "luck.\n"
         "p: paired sign-flip test over identities, two-sided: what these training sets gave, on other "
         "people.\n";
}

std::string false_alarms_sentence(const FalseAlarms& alarms) {
  return fmt::format(
      "Of {} simulated pairs of equal methods on 10 random halves of 450 identities, {:.1f}% differ by "
      "more than two naive standard errors, {:.1f}% by more than two corrected ones; {:.1f}% have p <= "
      "0.05 in the sign-flip test.\n",
      alarms.pairs, 100 * alarms.naive, 100 * alarms.corrected, 100 * alarms.sign_flip);
}

}  // namespace triptych
