#include "kernels/laboratory/run.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "kernels/emulator/access_counts.h"
#include "kernels/emulator/executor.h"
#include "kernels/emulator/memory.h"
#include "kernels/emulator/options.h"
#include "kernels/emulator/runtime.h"
#include "kernels/emulator/signals.h"
#include "kernels/emulator/symbols.h"
#include "kernels/ptx/device.h"

namespace triptych::laboratory {
namespace {

// ---- in the process that runs the program ----------------------------------------------------------------

// What is to be reported when it ends, however main ends it.
struct Observed {
  emulator::Findings findings;
  emulator::AccessCounts counts;
  std::string report;
  bool counting = false, interprets = false;
};
Observed* observed = nullptr;

std::string without_tabs(std::string text) {
  for (char& c : text)
    if (c == '\t' || c == '\n') c = ' ';
  return text;
}

void write_counts(std::ostream& out, const std::string& place, const ptx::Counts& c) {
  out << "line\t" << place << '\t' << c.issued << '\t' << c.threads << '\t' << c.multiply_adds << '\t'
      << c.requests << '\t' << c.sectors << '\t' << c.ideal_sectors << '\t' << c.shared_requests << '\t'
      << c.wavefronts << '\t' << c.ideal_wavefronts << '\n';
}

void write_report() {
  std::fflush(nullptr);
  std::ofstream out(observed->report, std::ios::binary);
  for (const emulator::Finding& f : observed->findings.all())
    out << "finding\t" << f.kind << '\t' << f.kernel << '\t' << f.place << '\t' << f.other << '\t' << f.count
        << '\t' << without_tabs(f.what) << '\n';
  std::map<std::string, ptx::Counts> lines;
  if (observed->interprets) {
    for (const ptx::Profile& profile : ptx::learners_interpreter().profiles())
      for (const auto& [line, counts] : profile.lines) lines[line.text()] += counts;
  } else {
    for (const auto& [at, counts] : observed->counts.by_instruction())
      lines[emulator::source_of(at)] += counts;
  }
  for (const auto& [place, counts] : lines) write_counts(out, place, counts);
  if (!observed->counts.is_complete()) out << "incomplete\n";
}

[[noreturn]] void give_up(const std::string& sentence) {
  std::ofstream(observed->report, std::ios::binary) << "failed\t" << without_tabs(sentence) << '\n';
  std::_Exit(1);
}

// The part of the runtime that no kernel of this program needs: a reference, so that the linker keeps it.
[[maybe_unused]] auto* volatile const rows =
    static_cast<cudaError_t (*)(void**, std::size_t*, std::size_t, std::size_t)>(cudaMallocPitch);

[[noreturn]] void run_here(const RunRequest& request) {
  observed = new Observed;
  observed->report = request.report;
  observed->interprets = !request.ptx.empty();
  emulator::Options& options = emulator::options();
  options.watch = true;
  options.os_threads = 1;  // kernels print in order; requests are counted by warp
  options.devices = 1;
  emulator::set_order(options, request.order);
  emulator::collect_findings(&observed->findings);
  if (request.counts && !observed->interprets) emulator::count_accesses(&observed->counts);
  void* const library = dlopen(request.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) give_up(std::string("the program cannot be loaded: ") + dlerror());
  void* const start = dlsym(library, "main");
  if (!start) give_up("there is no function main, where a program begins");
  for (const emulator::DeviceVariable& variable : emulator::add_image(start))
    emulator::DeviceMemory::instance().adopt(variable.start, variable.bytes);
  const emulator::EngineScope scope(observed->interprets ? emulator::Engine::ptx : emulator::Engine::fibers);
  if (observed->interprets) {
    try {
      ptx::open_learners(request.ptx).count(request.counts);
    } catch (const std::exception& problem) {
      give_up(problem.what());
    }
  }
  std::atexit(write_report);
  std::vector<char*> arguments;
  for (const std::string& argument : request.arguments) arguments.push_back(strdup(argument.c_str()));
  arguments.push_back(nullptr);
  const auto program = reinterpret_cast<int (*)(int, char**, char**)>(start);
  std::exit(program(static_cast<int>(request.arguments.size()), arguments.data(), environ));
}

// ---- in the process that waits for it --------------------------------------------------------------------

void read_report(const std::string& path, Run& run) {
  std::ifstream file(path, std::ios::binary);
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> parts;
    std::istringstream stream(line);
    for (std::string part; std::getline(stream, part, '\t');) parts.push_back(part);
    if (parts.size() == 7 && parts[0] == "finding") {
      run.findings.push_back({parts[1], parts[2], parts[3], parts[4], parts[6], std::stoull(parts[5])});
    } else if (parts.size() == 11 && parts[0] == "line") {
      ptx::Counts c;
      std::uint64_t* const fields[] = {&c.issued,          &c.threads,    &c.multiply_adds,
                                       &c.requests,        &c.sectors,    &c.ideal_sectors,
                                       &c.shared_requests, &c.wavefronts, &c.ideal_wavefronts};
      for (std::size_t i = 0; i < std::size(fields); ++i) *fields[i] = std::stoull(parts[i + 2]);
      run.lines[parts[1]] += c;
    } else if (parts.size() == 2 && parts[0] == "failed") {
      run.ending = parts[1];
    } else if (parts[0] == "incomplete") {
      run.all_counted = false;
    }
  }
}

// Reads what the program writes until it ends; returns false when it took too long and was ended.
bool follow(int from, pid_t child, const RunRequest& request, std::string& output) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(request.seconds);
  constexpr std::size_t most_kept = 1 << 20;
  char buffer[4096];
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd waiting{from, POLLIN, 0};
    if (left <= 0 || poll(&waiting, 1, static_cast<int>(left)) == 0) {
      kill(child, SIGKILL);
      return false;
    }
    const ssize_t got = read(from, buffer, sizeof buffer);
    if (got <= 0) return true;
    if (request.shows_output) std::fwrite(buffer, 1, static_cast<std::size_t>(got), stdout);
    if (output.size() < most_kept) output.append(buffer, static_cast<std::size_t>(got));
  }
}

}  // namespace

Run run_program(const RunRequest& request) {
  Run run;
  run.engine = request.ptx.empty() ? "emulator" : "ptx";
  run.order = request.ptx.empty() ? request.order : "";
  std::remove(request.report.c_str());
  std::fflush(nullptr);
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("there is no pipe to a process of the program's own");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("there is no process for the program");
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    if (const int nothing = open("/dev/null", O_RDONLY); nothing >= 0) dup2(nothing, STDIN_FILENO);
    run_here(request);
  }
  close(ends[1]);
  const bool ended = follow(ends[0], child, request, run.output);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  read_report(request.report, run);
  run.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (!ended)
    run.ending = "it still runs after " + std::to_string(static_cast<int>(request.seconds)) +
                 " seconds: does a loop wait for another thread or block?";
  else if (WIFSIGNALED(status))
    run.ending = std::string("its host code was ended by a signal: ") + strsignal(WTERMSIG(status));
  else if (run.status != 0 && run.ending.empty())
    run.ending = "main returned " + std::to_string(run.status);
  return run;
}

}  // namespace triptych::laboratory
