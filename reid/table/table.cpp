#include "reid/table/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reid/report/table.h"
#include "reid/table/published.h"

namespace triptych {
namespace {

constexpr const char* dagger = "\u2020";

std::string published_cell(const Published* published, int rank) {
  if (!published) return "";
  for (const auto& [at, share] : published->cmc)
    if (at == rank) return fmt::format("{:.1f}", share);
  return "";
}

std::string duration(double seconds) {
  return seconds <= 0     ? ""
         : seconds < 9.95 ? fmt::format("{:.2f} s", seconds)
                          : fmt::format("{:.0f} s", seconds);
}

std::string markdown_line(const std::string& layout, const TableLine& line) {
  const ScoresOverSplits scores = over_splits(line.forward());
  const Outcome& first = line.splits.front();
  std::string text =
      fmt::format("| {}{} | {} |", line.method.name, first.transductive ? dagger : "", line.method.what);
  for (std::size_t i = 0; i < scores.mean.cmc.size(); ++i) {
    text += fmt::format(" {:.1f}", scores.mean.cmc[i]);
    if (i == 0 && line.splits.size() > 1) text += fmt::format(" \u00b1 {:.1f}", scores.deviation.cmc[i]);
    text += " |";
  }
  text += fmt::format(" {:.1f} | {} | {} | {} | {:.0f} | {} | {} |\n", scores.mean.map,
                      published_cell(published_for(layout, line.method.slug), 1), first.dimensions,
                      duration(line.median(&Outcome::fit_seconds)), line.median(&Outcome::query_microseconds),
                      duration(line.median(&Outcome::training_seconds)), origin(line));
  return text;
}

const TableLine* find_line(const ResultTable& table, const std::string& slug) {
  for (const auto& [title, lines] : table.groups)
    for (const TableLine& line : lines)
      if (line.method.slug == slug) return &line;
  return nullptr;
}

}  // namespace

std::vector<Scores> TableLine::forward() const {
  std::vector<Scores> scores;
  for (const Outcome& outcome : splits) scores.push_back(mean_of_draws(outcome.draws).forward);
  return scores;
}

std::vector<Scores> TableLine::reverse() const {
  std::vector<Scores> scores;
  for (const Outcome& outcome : splits)
    if (const auto reverse = mean_of_draws(outcome.draws).reverse) scores.push_back(*reverse);
  return scores;
}

CmcCurve TableLine::curve() const {
  CmcCurve curve{method.name + (method.what.empty() ? "" : " (" + method.what + ")"), {}, {}};
  std::size_t ranks = splits.front().draws.front().result.cmc.size();
  for (const Outcome& outcome : splits)
    for (const Evaluation& draw : outcome.draws) ranks = std::min(ranks, draw.result.cmc.size());
  for (std::size_t r = 0; r < ranks; ++r) {
    std::vector<double> shares;
    for (const Outcome& outcome : splits) {
      double sum = 0;
      for (const Evaluation& draw : outcome.draws) sum += draw.result.cmc[r];
      shares.push_back(sum / static_cast<double>(outcome.draws.size()));
    }
    const MeanDeviation over = mean_deviation(shares);
    curve.mean.push_back(over.mean);
    if (splits.size() > 1) curve.deviation.push_back(over.deviation);
  }
  return curve;
}

double TableLine::median(double Outcome::*number) const {
  std::vector<double> values;
  for (const Outcome& outcome : splits) values.push_back(outcome.*number);
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

RankedRun ranked_run(const TableLine& line) {
  RankedRun run{line.method.slug, {}};
  for (const Outcome& outcome : line.splits) run.splits.push_back(outcome.ranked);
  return run;
}

std::string origin(const TableLine& line) {
  const auto reused = std::ranges::count_if(line.splits, &Outcome::reused);
  const auto computed = static_cast<std::ptrdiff_t>(line.splits.size()) - reused;
  if (reused == 0) return "computed";
  return computed == 0 ? "reused" : fmt::format("{} computed, {} reused", computed, reused);
}

std::string markdown(const ResultTable& table) {
  std::string text;
  for (const auto& [title, lines] : table.groups) {
    if (lines.empty()) continue;
    text += fmt::format(
        "**{}** ({} split{})\n"
        "\n"
        "| Method | Of | Rank-1 | Rank-5 | Rank-10 | Rank-20 | Rank-30 | mAP | Published | Dim | Fit | "
        "Query (\u00b5s) | Training | Row |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
        title, lines.front().splits.size(), lines.front().splits.size() == 1 ? "" : "s");
    for (const TableLine& line : lines) text += markdown_line(table.layout, line);
    text += "\n";
    for (const TableLine& line : lines) {
      for (const std::string& member : line.method.fused)
        if (const TableLine* single = find_line(table, member)) {
          const Comparison gain = compare_runs(ranked_run(line), ranked_run(*single));
          text += fmt::format("{} over {} ({}): {}.\n", line.method.name, single->method.name,
                              single->method.what, gain_sentence(gain));
        }
      if (!line.method.note.empty()) text += fmt::format("{}: {}.\n", line.method.name, line.method.note);
    }
    text += "\n";
  }
  return text + dagger +
         std::string(" reads the gallery's (or the queries') images, without their people.\n");
}

Drawing table_figure(const ResultTable& table, const std::string& title, std::span<const std::string> slugs) {
  std::vector<CmcCurve> curves;
  std::vector<PublishedCurve> published;
  for (const std::string& slug : slugs) {
    const TableLine* line = find_line(table, slug);
    if (!line) continue;
    curves.push_back(line->curve());
    if (const Published* figures = published_for(table.layout, slug))
      published.push_back({line->method.name + ", published", figures->cmc});
  }
  return cmc_plot(title, curves, published, 30);
}

}  // namespace triptych
