#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "kernels/ptx/block.h"
#include "kernels/ptx/decode.h"
#include "kernels/ptx/module.h"
#include "kernels/ptx/written_memory.h"

namespace triptych::ptx {

// The launches of one kernel with one grid.
struct LaunchShape {
  Triple grid, block;
  std::size_t dynamic_shared_bytes = 0;
  auto operator<=>(const LaunchShape&) const = default;
};
struct Launches {
  std::uint64_t count = 0;
  Counts total;  // of all of them
};

// The cost of the launches of one kernel, by source line and by grid.
struct Profile {
  std::string kernel;  // readable
  std::string mangled;
  std::uint64_t launches = 0;
  Counts total;
  std::map<SourceLine, Counts> lines;
  std::map<LaunchShape, Launches> shapes;
};

struct KernelArgument {
  const void* address;
  std::size_t bytes;
};

// A GPU interpreted on the processor: holds modules, runs their kernels, and counts.
class Interpreter {
 public:
  // Where a variable of a module is stored in this program; null: the interpreter has memory for it.
  using Place = std::function<char*(std::string_view variable)>;
  // Adds the kernels of a module. A kernel is decoded at its first launch.
  void add(Module module, const Place& place = nullptr);

  // Runs all blocks of a kernel, given by its mangled name, to completion, on `threads` OS threads (0: one
  // per processor). `regions` is the global memory that it may access. Throws Fault if there is no such
  // kernel, if the arguments do not match, and if a check fails: then the fault of the first faulty block (by
  // number).
  void launch(std::string_view kernel, Triple grid, Triple block, std::size_t dynamic_shared_bytes,
              std::span<const KernelArgument> arguments, std::vector<Region> regions, int threads = 0);

  // Counting slows launches down and is off initially.
  void count(bool on) { counting_ = on; }
  // One profile per kernel launched while counting; clear_profiles() removes them.
  std::vector<Profile> profiles() const;
  void clear_profiles();

 private:
  struct Loaded {
    Module module;
    std::vector<std::vector<std::byte>> memory;  // of its constant and global variables
    Addresses addresses;
  };
  struct Entry {
    const Loaded* loaded;
    const Kernel* kernel;
    std::unique_ptr<Code> code;
    WrittenMemory written;
    std::vector<Counts> counts;  // of each instruction
    std::uint64_t launches = 0;
    std::map<LaunchShape, Launches> shapes;
  };
  Entry& find(std::string_view kernel);
  void run_blocks(const Grid& grid, Entry& entry, int threads);

  std::deque<Loaded> loaded_;  // a deque, because entries must not move
  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<Region> variables_;  // memory of the modules
  emulator::GlobalShadow global_shadow_;
  std::mutex launch_mutex_;  // one launch at a time: they share the shadow
  bool counting_ = false;
  mutable std::mutex mutex_;
};

}  // namespace triptych::ptx
