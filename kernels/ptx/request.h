#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <span>

#include "kernels/ptx/counters.h"
#include "kernels/ptx/instruction.h"
#include "kernels/ptx/wide.h"

namespace triptych::ptx {

// What the addresses of a memory instruction's lanes have in common with those of its last execution. A tile
// is read in the same way for each k and in each block, only somewhere else: so which lanes ask for the same
// address, how far they lie apart and what the request costs need not be found anew, but compared.
class RequestShape {
 public:
  // Addresses of lanes outside the mask must be that of its first lane.
  TRIPTYCH_INTO void see(const std::uint64_t* addresses, Mask mask, int bytes) {
    const std::uint64_t base = addresses[std::countr_zero(mask)];
    std::uint64_t difference = 0;
#pragma omp simd reduction(| : difference)
    for (int l = 0; l < lanes; ++l) difference |= (addresses[l] - base) ^ relative_[l];
    if (difference || mask != mask_ || bytes != bytes_) learn(addresses, mask, bytes);
  }

  // Relative to the address of the first lane, as a signed distance.
  std::uint64_t lowest() const {
    return lowest_;
  }
  std::uint64_t highest() const {
    return highest_;
  }
  std::uint64_t bits() const {
    return bits_;
  }  // that are set in any of the distances
  // All lanes, one behind the other; or all at one address.
  bool is_contiguous() const {
    return is_contiguous_;
  }
  bool is_one_address() const {
    return bits_ == 0;
  }

  // The different addresses in ascending order: by the first lane that has each, and all that have it.
  struct Part {
    std::int32_t lane;
    Mask sharers;
    int last_lane() const { return 31 - std::countl_zero(sharers); }
  };
  std::span<const Part> parts() {
    if (!parts_are_known_) find_parts();
    return {parts_.data(), static_cast<std::size_t>(different_)};
  }
  // Words that are neighbours, all of them requested by one lane each, or all by several; lane[i] is the
  // first lane that requests word i. None where an element is smaller than a word.
  struct Run {
    std::uint64_t from;  // relative, as above
    std::int32_t words;
    bool several;
    Mask sharers;
    const std::int32_t* lane;
  };
  std::span<const Run> runs() {
    if (!parts_are_known_) find_parts();
    return {runs_.data(), static_cast<std::size_t>(run_count_)};
  }

  // As count_global and count_shared.
  void count_global(Counts& counts, const std::uint64_t* addresses);
  void count_shared(Counts& counts, const std::uint64_t* addresses);

 private:
  void learn(const std::uint64_t* addresses, Mask mask, int bytes);
  void find_parts();
  void add_to_runs(const Part& part);

  Mask mask_ = 0;
  int bytes_ = 0, different_ = 0, run_count_ = 0, words_ = 0;
  bool is_contiguous_ = false, parts_are_known_ = false;
  std::uint64_t lowest_ = 0, highest_ = 0, bits_ = 0;
  alignas(64) std::uint64_t relative_[lanes] = {};
  std::array<Part, lanes> parts_{};
  std::array<Run, lanes> runs_{};
  std::array<std::int32_t, 4 * lanes> lane_of_word_{};
  // A request's cost depends on where in a sector, or in a bank, it begins.
  struct Cost {
    bool is_known = false;
    std::uint32_t a = 0, b = 0, c = 0;
  };
  std::array<Cost, 32> global_{};
  std::array<Cost, 4> shared_{};
  bool costs_are_known_ = false;
};

}  // namespace triptych::ptx
