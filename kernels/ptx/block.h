#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/ptx/counters.h"
#include "kernels/ptx/instruction.h"
#include "kernels/ptx/memory.h"
#include "kernels/ptx/shadow.h"
#include "kernels/ptx/warp.h"

namespace triptych::ptx {

struct Triple {
  unsigned x = 1, y = 1, z = 1;
  std::uint64_t count() const { return std::uint64_t{x} * y * z; }
  // The n-th position, x fastest.
  Triple position(std::uint64_t n) const {
    return {static_cast<unsigned>(n % x), static_cast<unsigned>(n / x % y),
            static_cast<unsigned>(n / (std::uint64_t{x} * y))};
  }
};

// One kernel launch, as every block of it sees it.
struct Grid {
  const Code* code;
  Triple size, block;
  std::size_t dynamic_shared_bytes;
  std::span<const std::byte> parameters;
  const Regions* regions;                // all of device memory
  std::vector<Placement> shared_arrays;  // static and dynamic ones
};

// A thread block: its warps, its shared memory, and the state of the checks on that memory. Reused for the
// next block.
struct Block {
  const Grid* grid = nullptr;
  Triple id;
  std::vector<Warp> warps;
  std::vector<std::byte> shared;
  Shadow shadow;
  Region last_region;          // of global memory: the next access most often is to the same array
  std::vector<Counts> counts;  // of each instruction; empty if counting is off

  void prepare(const Grid& grid, bool counting);
  void run(std::uint64_t number);  // block `number` of the grid

 private:
  bool release_barrier();
};

}  // namespace triptych::ptx
