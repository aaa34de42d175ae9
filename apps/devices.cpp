#include <CLI/CLI.hpp>
#include <fstream>

#include "apps/commands.h"
#include "apps/version.h"
#include "engine/error.h"
#include "kernels/backends.h"
#include "kernels/kernels.h"
#include "kernels/processors.h"

namespace triptych {
namespace {

std::string processor_name() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

void list_devices() {
  for (const Backend& backend : backends()) {
    // The fake card is part of the tests: it is listed where they are built.
    if (backend.name == "fake-cuda" && !cuda::has_fake_module()) continue;
    fmt::print("{:<10} {:<9} {}\n", backend.name, backend.kernels ? "here" : "not here", backend.description);
  }
  fmt::print("processor: {}, {} threads\n", processor_name(), default_threads());
  fmt::print("built from {} with: {}\n", build_commit(), build_flags());
}

}  // namespace

void add_devices(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("devices", "list where this program can compute, and what it chose there");
  command->footer(
      "Example:\n  triptych devices\nAny of them can be given to --device; none is ever replaced in "
      "silence.");
  command->callback(list_devices);
}

}  // namespace triptych
