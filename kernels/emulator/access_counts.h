#pragma once
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "kernels/ptx/counters.h"

namespace triptych::emulator {

// Requests of memory by instruction, from the accesses that single threads announce. A warp makes one request
// where its 32 lanes execute the same load, but here each lane comes when its fiber runs. So the n-th access
// of a lane at an instruction belongs to the warp's n-th request there. This is what a GPU does wherever the
// lanes of a warp take the same path; where a loop is of uneven length, it is an approximation. Compilers
// differ, too: nvcc may keep in a register what g++ loads twice. The PTX interpreter has no such doubts.
class AccessCounts {
 public:
  // A thread of the block accesses `bytes` at an address, in the instruction `at`. Of shared memory the
  // address within its array counts.
  void note(const void* at, int thread, std::uint64_t address, int bytes, bool shared);
  // The block has ended: so are its requests complete.
  void finish_block();

  const std::map<const void*, ptx::Counts>& by_instruction() const { return counts_; }
  // False when there were so many that the later ones were left out.
  bool is_complete() const { return noted_ < most_noted; }

 private:
  static constexpr std::uint64_t most_noted = 40'000'000;
  struct Request {
    std::uint64_t addresses[ptx::lanes];
    ptx::Mask mask = 0;
  };
  struct Site {
    int bytes = 0;
    bool shared = false;
    std::vector<std::uint32_t> count;           // of each thread's accesses here
    std::vector<std::vector<Request>> of_warp;  // those of the block so far
  };
  void complete(const void* at, const Site& site, const Request& request);

  std::unordered_map<const void*, Site> sites_;
  std::map<const void*, ptx::Counts> counts_;
  std::uint64_t noted_ = 0;
};

// Where launches count their accesses, with watched accesses and one OS thread; null, as at first: nowhere.
void count_accesses(AccessCounts* into);
AccessCounts* current_access_counts();

}  // namespace triptych::emulator
