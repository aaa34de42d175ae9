#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernels/ptx/counters.h"
#include "kernels/ptx/instruction.h"
#include "kernels/ptx/memory.h"
#include "kernels/ptx/request.h"
#include "kernels/ptx/shadow.h"
#include "kernels/ptx/warp.h"

namespace triptych::ptx {

struct Triple {
  unsigned x = 1, y = 1, z = 1;
  auto operator<=>(const Triple&) const = default;
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
  const Regions* regions;  // all of device memory
  emulator::GlobalShadow* global_shadow;
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
  emulator::GlobalAccessor accessor;  // this block, to the shadow of global memory
  Region last_region;                 // of global memory: the next access most often is to the same array
  std::vector<Counts> counts;         // of each instruction; empty if counting is off
  // Of the last execution of each memory instruction, by its number; made when it is first executed.
  std::vector<std::unique_ptr<RequestShape>> shapes;
  const Code* shapes_of = nullptr;
  Placement last_shared, last_local;  // the arrays that the last requests went to
  emulator::Suspicions suspicions;    // where findings are collected

  void prepare(const Grid& grid, bool counting);
  // An instruction may have two requests, of which one goes to shared memory: cp.async.
  RequestShape& shape_of(int pc, bool is_shared) {
    std::unique_ptr<RequestShape>& shape = shapes[2 * static_cast<std::size_t>(pc) + is_shared];
    if (!shape) shape = std::make_unique<RequestShape>();
    return *shape;
  }
  void run(std::uint64_t number);  // block `number` of the grid
  // A thread of it, now.
  emulator::Moment moment(int thread, std::uint32_t synced) const {
    return {thread, shadow.now(), shadow.last_barrier(), shadow.since_start(synced)};
  }

 private:
  bool release_barrier();
  void reduce_at(const Instruction& barrier);
};

}  // namespace triptych::ptx
