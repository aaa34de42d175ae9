#pragma once
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "kernels/ptx/block.h"
#include "kernels/ptx/decode.h"
#include "kernels/ptx/module.h"

namespace triptych::ptx {

// What the launches of one kernel have cost, by source line.
struct Profile {
  std::string kernel;  // readable
  std::uint64_t launches = 0;
  Counts total;
  std::map<SourceLine, Counts> lines;
};

struct KernelArgument {
  const void* address;
  std::size_t bytes;
};

// A GPU made of a PTX text and a processor: holds modules, runs their kernels, counts what they do.
class Interpreter {
 public:
  // Its kernels can be launched from now on. A kernel is decoded when it is launched first.
  void add(Module module);

  // Runs all blocks of a kernel, given by its mangled name, to their end: on `threads` OS threads, or all of
  // the processor with 0. `regions` is the global memory it may touch. Throws Fault when there is no such
  // kernel, when the arguments are not its own, and for whatever a check finds: then the fault of the first
  // block (by number) that has one.
  void launch(std::string_view kernel, Triple grid, Triple block, std::size_t dynamic_shared_bytes,
              std::span<const KernelArgument> arguments, std::vector<Region> regions, int threads = 0);

  // Counting makes a launch slower, so it is off at first.
  void count(bool on) { counting_ = on; }
  // Of every kernel that was launched while counting; `clear` forgets them.
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
    std::vector<Counts> counts;  // of each instruction
    std::uint64_t launches = 0;
  };
  Entry& find(std::string_view kernel);
  void run_blocks(const Grid& grid, Entry& entry, int threads);

  std::deque<Loaded> loaded_;  // never moves what it holds
  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<Region> variables_;  // memory of the modules
  bool counting_ = false;
  mutable std::mutex mutex_;
};

}  // namespace triptych::ptx
