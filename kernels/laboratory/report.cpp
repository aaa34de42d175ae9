#include <fmt/format.h>

#include <algorithm>

#include "kernels/laboratory/laboratory.h"

namespace triptych::laboratory {
namespace {

std::string list(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string per(std::uint64_t a, std::uint64_t b) {
  return b == 0 ? "-" : fmt::format("{:.2f}", static_cast<double>(a) / static_cast<double>(b));
}

// "forward, reverse, random:1 and the PTX": by whom a mistake was seen, when not by all.
std::string by_whom(const Mistake& mistake, const Report& report) {
  if (mistake.seen.size() == report.runs.size()) return "";
  return " [seen by: " + list(mistake.seen) + "]";
}

std::string tools(const Report& report) {
  std::vector<std::string> orders;
  for (const Run& run : report.runs)
    if (run.engine == "emulator") orders.push_back(run.order);
  std::string text;
  if (!orders.empty()) text = "the emulator, in the orders " + list(orders);
  if (!report.nvcc.empty())
    text += std::string(text.empty() ? "" : "; ") + "the PTX of nvcc " + report.nvcc + ", interpreted";
  return text;
}

void add_mistakes(const Report& report, std::string& text) {
  for (const Mistake& m : report.mistakes) {
    const emulator::Finding& f = m.finding;
    const std::string where = f.place.empty() ? report.path : f.place;
    const std::string kernel = f.kernel.empty() ? "" : f.kernel + ": ";
    const std::string with = f.other.empty()      ? ""
                             : f.other == f.place ? ", with the same line in another thread"
                                                  : ", with line " + f.other.substr(f.other.rfind(':') + 1);
    const std::string times = f.count > 1 ? fmt::format(", {} times", f.count) : "";
    text +=
        fmt::format("{}: {}{}{}{}: {}{}\n", where, kernel, f.kind, with, times, f.what, by_whom(m, report));
  }
}

void add_endings(const Report& report, std::string& text) {
  for (const Run& run : report.runs)
    if (!run.ending.empty())
      text += fmt::format("{}: in {}: {}\n", report.path,
                          run.engine == "ptx" ? "the PTX interpreter" : "the order " + run.order, run.ending);
}

void add_lines(const Report& report, std::string& text) {
  if (report.lines.empty()) return;
  constexpr const char* columns = "{:>13} {:>7} {:>9} {:>9} {:>7} {:>9} {:>10} {:>7}  {}\n";
  text += "\n";
  text += fmt::format(columns, "warp", "busy", "global", "sectors", "", "shared", "wavefronts", "", "");
  text += fmt::format(columns, "instructions", "lanes", "requests", "/ request", "ideal", "requests",
                      "/ request", "ideal", "source line");
  for (const auto& [place, c] : report.lines)
    text += fmt::format(
        columns, report.counted_by_ptx ? fmt::format("{}", c.issued) : "-", per(c.threads, c.issued),
        c.requests, per(c.sectors, c.requests), per(c.ideal_sectors, c.requests), c.shared_requests,
        per(c.wavefronts, c.shared_requests), per(c.ideal_wavefronts, c.shared_requests), place);
  if (!report.counted_by_ptx)
    text += "(counted by the emulator, lane by lane; instructions are counted where nvcc is)\n";
  if (!report.all_counted) text += "(the first 40 million accesses were counted, and none after them)\n";
}

}  // namespace

std::string text_of(const Report& report) {
  std::string text;
  if (!report.runs.empty()) text += fmt::format("{}: {}\n", report.path, tools(report));
  for (std::size_t i = 1; i < report.refusals.size(); ++i)  // the first one is the verdict
    text += report.refusals[i].place + ": " + report.refusals[i].sentence + "\n";
  add_mistakes(report, text);
  add_endings(report, text);
  add_lines(report, text);
  if (!report.remarks.empty()) text += "\n";
  for (const std::string& remark : report.remarks) text += remark + "\n";
  for (const std::string& limit : report.exceeded) text += report.path + ": " + limit + "\n";
  if (report.is_right()) text += "\nnothing is wrong\n";
  return text;
}

std::string verdict_of(const Report& report) {
  const auto count = [](std::size_t n, const char* what) {
    return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
  };
  if (!report.refusals.empty())
    return report.path + " uses what the tools do not know: " + report.refusals.front().place + ": " +
           report.refusals.front().sentence;
  if (!report.mistakes.empty()) return report.path + " has " + count(report.mistakes.size(), "mistake");
  if (std::ranges::all_of(report.runs, [](const Run& run) { return run.ending.empty(); }))
    return report.path + " costs too much: " + report.exceeded.front();
  return report.path + " does not end well in " +
         count(static_cast<std::size_t>(
                   std::ranges::count_if(report.runs, [](const Run& run) { return !run.ending.empty(); })),
               "run");
}

}  // namespace triptych::laboratory
