#include "kernels/laboratory/laboratory.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "kernels/emulator/sanitizer.h"
#include "kernels/laboratory/build.h"
#include "kernels/laboratory/tools.h"

namespace triptych::laboratory {
namespace {

namespace fs = std::filesystem;

// A folder for what is built, removed at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "triptych_cuda_XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no folder can be made in " + pattern);
    path = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path;
};

std::string order_name(int number) {
  return number == 0 ? "forward" : number == 1 ? "reverse" : "random:" + std::to_string(number - 1);
}

std::string file_and_line(const std::string& place) {
  return place.substr(place.rfind('/') + 1);
}
int line_of(const std::string& place) {
  return std::atoi(place.c_str() + place.rfind(':') + 1);
}

// Of the two lines of a race the one that comes first in the file is the first, whichever tool and order saw
// it from which side.
emulator::Finding in_file_order(emulator::Finding f) {
  f.place = file_and_line(f.place);
  f.other = file_and_line(f.other);
  if (!f.other.empty() && line_of(f.other) < line_of(f.place)) std::swap(f.place, f.other);
  return f;
}

// Emulator and interpreter name the same mistake in slightly different words.
std::string same_kind(const std::string& kind) {
  return kind == "out of range" ? "out of bounds" : kind;
}

void merge_findings(const std::vector<Run>& runs, std::vector<Mistake>& mistakes) {
  for (const Run& run : runs) {
    const std::string seen = run.engine == "ptx" ? "ptx" : run.order;
    for (const emulator::Finding& raw : run.findings) {
      emulator::Finding f = in_file_order(raw);
      f.kind = same_kind(f.kind);
      const auto is_race = [](const std::string& kind) { return kind == "race" || kind == "lost update"; };
      const auto same = std::ranges::find_if(mistakes, [&](const Mistake& m) {
        return m.finding.place == f.place && m.finding.other == f.other &&
               (m.finding.kind == f.kind || (is_race(m.finding.kind) && is_race(f.kind)));
      });
      if (same == mistakes.end()) {
        mistakes.push_back({f, {seen}});
        continue;
      }
      same->finding.count = std::max(same->finding.count, f.count);
      if (f.kind == "lost update" && same->finding.kind != f.kind) {
        same->finding.kind = f.kind;
        same->finding.what = f.what;
      }
      if (std::ranges::count(same->seen, seen) == 0) same->seen.push_back(seen);
    }
  }
  std::ranges::stable_sort(mistakes, {}, [](const Mistake& m) { return line_of(m.finding.place); });
}

bool is_same_file(const std::string& place, const std::string& path) {
  return file_and_line(place).starts_with(fs::path(path).filename().string() + ":");
}

void add_lines(const Run& run, const std::string& path, Report& report) {
  for (const auto& [place, counts] : run.lines) {
    if (!is_same_file(place, path) && place.find(".cu") == std::string::npos) continue;  // a header's line
    const std::string line = file_and_line(place);
    if (line_of(line) == 0) continue;
    const auto same = std::ranges::find(report.lines, line, &LineCost::place);
    if (same != report.lines.end())
      same->counts += counts;
    else
      report.lines.push_back({line, counts});
  }
  std::ranges::stable_sort(report.lines, {}, [](const LineCost& l) { return line_of(l.place); });
  report.all_counted = run.all_counted;
}

std::string ratio(std::uint64_t a, std::uint64_t b) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", b ? static_cast<double>(a) / static_cast<double>(b) : 0.0);
  return text;
}

void add_remarks(Report& report) {
  for (const LineCost& line : report.lines) {
    const ptx::Counts& c = line.counts;
    if (c.extra_wavefronts() > 0)
      report.remarks.push_back(line.place + ": bank conflicts: a request of shared memory takes " +
                               ratio(c.wavefronts, c.shared_requests) + " wavefronts, where " +
                               ratio(c.ideal_wavefronts, c.shared_requests) +
                               " would do if its lanes met different banks");
    if (c.sectors > 2 * c.ideal_sectors)
      report.remarks.push_back(line.place + ": scattered addresses: a request of global memory moves " +
                               ratio(c.sectors, c.requests) + " sectors of 32 bytes, where " +
                               ratio(c.ideal_sectors, c.requests) + " would do if its lanes read neighbours");
  }
}

// What can be limited.
constexpr std::pair<const char*, std::uint64_t (*)(const ptx::Counts&)> costs[] = {
    {"instructions", [](const ptx::Counts& c) { return c.issued; }},
    {"global-requests", [](const ptx::Counts& c) { return c.requests; }},
    {"sectors", [](const ptx::Counts& c) { return c.sectors; }},
    {"extra-sectors", [](const ptx::Counts& c) { return c.sectors - c.ideal_sectors; }},
    {"shared-requests", [](const ptx::Counts& c) { return c.shared_requests; }},
    {"wavefronts", [](const ptx::Counts& c) { return c.wavefronts; }},
    {"extra-wavefronts", [](const ptx::Counts& c) { return c.extra_wavefronts(); }},
};

void check_limits(const std::vector<Limit>& limits, Report& report) {
  ptx::Counts total;
  for (const LineCost& line : report.lines) total += line.counts;
  for (const Limit& limit : limits)
    for (const auto& [name, cost] : costs) {
      if (name != limit.name || (limit.name == "instructions" && !report.counted_by_ptx)) continue;
      if (const std::uint64_t is = cost(total); is > limit.at_most)
        report.exceeded.push_back("its " + limit.name + " are " + std::to_string(is) + ", and at most " +
                                  std::to_string(limit.at_most) + " are allowed");
    }
}

}  // namespace

std::vector<std::string> limit_names() {
  std::vector<std::string> names;
  for (const auto& [name, cost] : costs) names.emplace_back(name);
  return names;
}

bool Report::is_right() const {
  return mistakes.empty() && refusals.empty() && exceeded.empty() &&
         std::ranges::all_of(runs, [](const Run& run) { return run.ending.empty(); });
}

Report examine(const Request& request) {
  if constexpr (!emulator::instrumented)
    throw std::runtime_error(
        "this program was built without the emulator's instrumentation (with a sanitizer, clang or -flto): "
        "build "
        "it with g++ alone");
  std::error_code error;
  if (!fs::is_regular_file(request.path, error))
    throw std::runtime_error(request.path + " is no file; give a CUDA source, such as my_kernel.cu");
  std::string why;
  const std::string compiler = find_compiler(why);
  if (compiler.empty()) throw std::runtime_error(why);
  Report report;
  report.path = request.path;
  const std::string nvcc = request.ptx ? find_nvcc(report.nvcc) : "";
  if (nvcc.empty()) report.nvcc.clear();
  if (nvcc.empty() && request.ptx_is_demanded)
    throw std::runtime_error(
        "--only ptx needs nvcc 12 or newer, which makes the PTX: install NVIDIA's CUDA toolkit, or leave "
        "--only "
        "away");
  const Folder folder;
  Program program = rewrite(request.path);
  report.refusals = program.refusals;
  const auto for_emulator = [](const Refusal& refusal) { return refusal.of_emulator_alone; };
  const bool interpreter_may = !nvcc.empty() && std::ranges::all_of(program.refusals, for_emulator);
  if (!program.refusals.empty() && !interpreter_may) return report;
  const bool emulator_may = program.refusals.empty();
  // Where the PTX is examined, what the emulator alone does not know is no mistake.
  if (!emulator_may && request.emulator)
    for (const Refusal& refusal : program.refusals)
      report.remarks.push_back(refusal.place + ": " + refusal.sentence + "; so the emulator did not run it");
  report.refusals.clear();
  RunRequest run;
  run.library = build_library(program, folder.path, compiler);
  run.report = folder.path + "/report";
  run.seconds = request.seconds;
  run.arguments = request.arguments;
  run.arguments.insert(run.arguments.begin(), fs::path(request.path).stem().string());
  for (int i = 0; i < request.orders && request.emulator && emulator_may; ++i) {
    run.order = order_name(i);
    run.counts = run.shows_output = i == 0;
    report.runs.push_back(run_program(run));
  }
  if (!nvcc.empty()) {
    run.ptx = build_ptx(request.path, folder.path, nvcc);
    run.counts = true;
    run.shows_output = report.runs.empty();
    run.order = "forward";
    report.runs.push_back(run_program(run));
    report.counted_by_ptx = true;
  }
  merge_findings(report.runs, report.mistakes);
  if (!report.runs.empty())
    add_lines(report.counted_by_ptx ? report.runs.back() : report.runs.front(), request.path, report);
  add_remarks(report);
  check_limits(request.limits, report);
  return report;
}

}  // namespace triptych::laboratory
