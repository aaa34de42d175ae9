#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/emulator/global_shadow.h"
#include "kernels/ptx/instruction.h"

namespace triptych::ptx {

// An allocation of global memory. Its addresses are those of this program: host and kernel use the same
// pointer.
struct Region {
  std::uint64_t begin = 0, end = 0;
  emulator::GlobalCell* cells = nullptr;  // its shadow; null: races are not looked for
  unsigned char* written = nullptr;       // as in emulator::Allocation; null: all of it may be read
  bool holds(std::uint64_t address, std::uint64_t bytes) const {
    return address >= begin && address <= end && bytes <= end - address;
  }
};

// All global memory that a kernel may access.
class Regions {
 public:
  Regions() = default;
  explicit Regions(std::vector<Region> regions);
  // The last region that begins at or below the address; an empty one when there is none.
  Region find(std::uint64_t address) const;

 private:
  std::vector<Region> regions_;  // ascending
};

// Generic addresses (ld without a space) of shared and local memory are in separate windows, outside the
// address range of a process.
inline constexpr std::uint64_t shared_window = std::uint64_t{1} << 62, local_window = std::uint64_t{3} << 61;
inline constexpr std::uint64_t window_bytes = std::uint64_t{1} << 32;

// ld and st for Instruction::access, as this processor does them best (load_store.cpp); atom and red with
// `detail` an AtomicKind, see operations.h.
Execute load_function();
Execute store_function();

enum class Purpose { read, write, atomic };
// Computes the host address of each lane's elements. Checks alignment, bounds and races, and counts the
// request; throws Fault. Entries of lanes outside `mask` are undefined. bytes: of the element those that are
// touched, 0: all.
void locate(Warp& warp, const Access& access, Mask mask, Purpose purpose, std::byte** places, int bytes = 0);
// After a volatile or atomic read of these places: what other blocks have published there may now be read.
void acquire(Warp& warp, const Access& access, Mask mask, std::byte* const* places);

}  // namespace triptych::ptx
