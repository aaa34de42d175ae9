#pragma once
#include <array>
#include <cstdint>

#include "kernels/ptx/counters.h"
#include "kernels/ptx/instruction.h"

namespace triptych::ptx {

// What the addresses of a memory instruction's lanes have in common with those of its last execution. A tile
// is read in the same way for each k and in each block, only somewhere else: so which lanes ask for the same
// address, how far they lie apart and what the request costs need not be found anew, but compared.
class RequestShape {
 public:
  // Addresses of lanes outside the mask must be that of its first lane.
  void see(const std::uint64_t* addresses, Mask mask, int bytes);

  // Relative to the address of the first lane, as a signed distance.
  std::uint64_t lowest() const { return lowest_; }
  std::uint64_t highest() const { return highest_; }
  std::uint64_t bits() const { return bits_; }  // that are set in any of the distances

  // The different addresses: by the first lane that has each, and all that have it.
  int different() const { return different_; }
  int lane(int n) const { return lane_[static_cast<std::size_t>(n)]; }
  Mask sharers(int n) const { return sharers_[static_cast<std::size_t>(n)]; }

  // As count_global and count_shared.
  void count_global(Counts& counts, const std::uint64_t* addresses);
  void count_shared(Counts& counts, const std::uint64_t* addresses);

 private:
  void learn(const std::uint64_t* addresses, Mask mask, int bytes);

  Mask mask_ = 0;
  int bytes_ = 0, different_ = 0;
  std::uint64_t lowest_ = 0, highest_ = 0, bits_ = 0;
  alignas(64) std::uint64_t relative_[lanes] = {};
  std::array<std::uint8_t, lanes> lane_{};
  std::array<Mask, lanes> sharers_{};
  // A request's cost depends on where in a sector, or in a bank, it begins.
  struct Cost {
    bool is_known = false;
    std::uint32_t a = 0, b = 0, c = 0;
  };
  std::array<Cost, 32> global_{};
  std::array<Cost, 4> shared_{};
};

}  // namespace triptych::ptx
