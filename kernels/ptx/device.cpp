#include "kernels/ptx/device.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "kernels/emulator/executor.h"
#include "kernels/emulator/memory.h"
#include "kernels/emulator/symbols.h"
#include "kernels/ptx/fault.h"
#include "kernels/ptx/parser.h"
#include "kernels/ptx/readable.h"

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
  for (const emulator::Allocation& allocation : emulator::DeviceMemory::instance().allocations()) {
    const auto begin = reinterpret_cast<std::uint64_t>(allocation.start);
    regions.push_back({begin, begin + allocation.bytes, nullptr, allocation.written});
  }
  return regions;
}

Triple triple(const dim3& d) {
  return {d.x, d.y, d.z};
}

class PtxExecutor : public emulator::Executor {
 public:
  explicit PtxExecutor(const std::vector<fs::path>& files, const Interpreter::Place& place = nullptr,
                       int threads = 0)
      : threads_(threads) {
    for (const fs::path& file : files) interpreter.add(parse_file(file.string()), place);
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
                         arguments, device_memory(), threads_);
    } catch (const Fault& problem) {
      throw emulator::Fault(problem.what(), problem.place, problem.problem);
    }
  }

  Interpreter interpreter;

 private:
  int threads_;
};

// The variable of the learner's program that has this name in its PTX. One of the file alone is mangled by
// g++ and by nvcc in different ways.
char* learners_variable(std::string_view name) {
  char* found = nullptr;
  for (const emulator::DeviceVariable& variable : emulator::added_variables()) {
    if (variable.name == name) return variable.start;
    if (readable_array(variable.name) == readable_array(name)) found = variable.start;
  }
  return found;
}

std::unique_ptr<PtxExecutor> learners;

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
  static PtxExecutor executor(ptx_files(find_folder()));
  static const bool plugged_in = (emulator::plug_in(emulator::Engine::ptx, executor), true);
  static_cast<void>(plugged_in);
  return executor.interpreter;
}

Interpreter& open_learners(const std::string& file) {
  learners = std::make_unique<PtxExecutor>(std::vector<fs::path>{file}, learners_variable, 1);
  emulator::plug_in(emulator::Engine::ptx, *learners);
  return learners->interpreter;
}

Interpreter& learners_interpreter() {
  return learners->interpreter;
}

}  // namespace triptych::ptx
