#include "kernels/ptx/device.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "kernels/emulator/executor.h"
#include "kernels/emulator/memory.h"
#include "kernels/ptx/fault.h"
#include "kernels/ptx/parser.h"

namespace triptych::ptx {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> ptx_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".ptx") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::vector<Region> device_memory() {
  std::vector<Region> regions;
  for (const emulator::Allocation& allocation : emulator::DeviceMemory::instance().device_allocations()) {
    const auto begin = reinterpret_cast<std::uint64_t>(allocation.start);
    regions.push_back({begin, begin + allocation.bytes});
  }
  return regions;
}

Triple triple(const dim3& d) {
  return {d.x, d.y, d.z};
}

class PtxExecutor : public emulator::Executor {
 public:
  PtxExecutor() {
    for (const fs::path& file : ptx_files(find_folder())) interpreter.add(parse_file(file.string()));
  }

  // The first launch of a kernel decodes it, independently of the grid.
  void run(const emulator::Launch& launch) override {
    if (launch.name.empty())
      throw emulator::Fault(
          "a kernel without a name cannot be found in the PTX; this program was stripped of its symbols");
    std::vector<KernelArgument> arguments;
    for (const emulator::Argument& argument : launch.arguments)
      arguments.push_back({argument.address, argument.size});
    try {
      interpreter.launch(launch.name, triple(launch.grid), triple(launch.block), launch.shared_bytes,
                         arguments, device_memory());
    } catch (const Fault& problem) {
      throw emulator::Fault(problem.what());
    }
  }

  Interpreter interpreter;
};

}  // namespace

std::string find_folder() {
  if (const char* named = std::getenv("TRIPTYCH_PTX")) return ptx_files(named).empty() ? "" : named;
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& folder : {program / "ptx", program.parent_path() / "ptx"})
    if (!ptx_files(folder).empty()) return folder.string();
  return "";
}

Interpreter& device_interpreter() {
  static PtxExecutor executor;
  static const bool plugged_in = (emulator::plug_in(emulator::Engine::ptx, executor), true);
  static_cast<void>(plugged_in);
  return executor.interpreter;
}

}  // namespace triptych::ptx
