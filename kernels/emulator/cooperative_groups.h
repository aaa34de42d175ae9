#pragma once
// Cooperative groups of a block, of a tile of a warp (1 to 32 lanes, a power of two), and of the lanes that
// come together. Each is a mask of lanes, or the block, and its functions are those of barriers.h with that
// mask.
#include <type_traits>

#include "kernels/emulator/barriers.h"
#include "kernels/emulator/intrinsics.h"
#include "kernels/emulator/language.h"

#define TRIPTYCH_PLACE \
  triptych::emulator::Place place = triptych::emulator::Place::here(__builtin_FILE(), __builtin_LINE())

namespace cooperative_groups {

inline unsigned thread_number_in_block() {
  return (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
}

class thread_block {
 public:
  static void sync(TRIPTYCH_PLACE) { triptych::emulator::barrier(place); }
  static unsigned thread_rank() { return thread_number_in_block(); }
  static unsigned size() { return blockDim.x * blockDim.y * blockDim.z; }
  static unsigned num_threads() { return size(); }
  static uint3 group_index() { return blockIdx; }
  static uint3 thread_index() { return threadIdx; }
  static dim3 group_dim() { return blockDim; }
  static dim3 dim_threads() { return blockDim; }
};
inline thread_block this_thread_block() {
  return {};
}

// Lanes of one warp.
class lanes_of_warp {
 public:
  explicit lanes_of_warp(unsigned mask) : mask_(mask) {}
  void sync(TRIPTYCH_PLACE) const {
    triptych::emulator::warp_collective(triptych::emulator::WarpOperation::synchronise, mask_, 0, 0, place);
  }
  unsigned size() const { return static_cast<unsigned>(__popc(mask_)); }
  unsigned num_threads() const { return size(); }
  unsigned thread_rank() const {
    return static_cast<unsigned>(__popc(mask_ & ((1u << triptych::emulator::lane()) - 1)));
  }
  template <class T>
  T shfl(T value, unsigned rank, TRIPTYCH_PLACE) const {
    return triptych::emulator::shuffle(mask_, value, lane_of(rank % size()), place);
  }
  template <class T>
  T shfl_down(T value, unsigned distance, TRIPTYCH_PLACE) const {
    const unsigned from = thread_rank() + distance;
    return triptych::emulator::shuffle(mask_, value, lane_of(from < size() ? from : thread_rank()), place);
  }
  template <class T>
  T shfl_up(T value, unsigned distance, TRIPTYCH_PLACE) const {
    const unsigned rank = thread_rank();
    return triptych::emulator::shuffle(mask_, value, lane_of(rank >= distance ? rank - distance : rank),
                                       place);
  }
  template <class T>
  T shfl_xor(T value, unsigned bits, TRIPTYCH_PLACE) const {
    const unsigned from = thread_rank() ^ bits;
    return triptych::emulator::shuffle(mask_, value, lane_of(from < size() ? from : thread_rank()), place);
  }
  int any(int predicate, TRIPTYCH_PLACE) const { return ballot_of(predicate, place) != 0; }
  int all(int predicate, TRIPTYCH_PLACE) const { return ballot_of(!predicate, place) == 0; }
  // A bit for each rank.
  unsigned ballot(int predicate, TRIPTYCH_PLACE) const {
    const unsigned lanes = ballot_of(predicate, place);
    unsigned ranks = 0;
    for (unsigned rank = 0; rank < size(); ++rank) ranks |= (lanes >> lane_of(rank) & 1) << rank;
    return ranks;
  }
  unsigned mask() const { return mask_; }

 private:
  int lane_of(unsigned rank) const {
    for (int lane = 0; lane < 32; ++lane)
      if (mask_ >> lane & 1 && rank-- == 0) return lane;
    return triptych::emulator::lane();
  }
  unsigned ballot_of(int predicate, triptych::emulator::Place place) const {
    return static_cast<unsigned>(triptych::emulator::warp_collective(
        triptych::emulator::WarpOperation::ballot, mask_, predicate != 0, 0, place));
  }
  unsigned mask_;
};

inline unsigned mask_of_tile(unsigned lanes) {
  const unsigned first = static_cast<unsigned>(triptych::emulator::lane()) / lanes * lanes;
  const unsigned all = lanes == 32 ? ~0u : (1u << lanes) - 1;
  const unsigned threads = thread_block::size(), warp = thread_number_in_block() / 32 * 32;
  const unsigned there = threads - warp >= 32 ? ~0u : (1u << (threads - warp)) - 1;
  return all << first & there;
}

class thread_group : public lanes_of_warp {
 public:
  using lanes_of_warp::lanes_of_warp;
};

template <unsigned Size, class Parent = void>
class thread_block_tile : public lanes_of_warp {
 public:
  static_assert(Size >= 1 && Size <= 32 && (Size & (Size - 1)) == 0,
                "a tile has 1, 2, 4, 8, 16 or 32 threads");
  thread_block_tile() : lanes_of_warp(mask_of_tile(Size)) {}
  template <class Other>
  thread_block_tile(const thread_block_tile<Size, Other>& tile) : lanes_of_warp(tile.mask()) {}
  static constexpr unsigned size() { return Size; }
  static constexpr unsigned num_threads() { return Size; }
  static unsigned meta_group_size() { return (thread_block::size() + Size - 1) / Size; }
  static unsigned meta_group_rank() { return thread_number_in_block() / Size; }
};
template <unsigned Size, class Parent>
thread_block_tile<Size, Parent> tiled_partition(const Parent&) {
  return {};
}
inline thread_group tiled_partition(const thread_block&, unsigned size) {
  return thread_group(mask_of_tile(size));
}

class coalesced_group : public lanes_of_warp {
 public:
  using lanes_of_warp::lanes_of_warp;
};
inline coalesced_group coalesced_threads(TRIPTYCH_PLACE) {
  return coalesced_group(triptych::emulator::active_lanes(place));
}

template <class Group>
void sync(const Group& group, TRIPTYCH_PLACE) {
  group.sync(place);
}

template <class T>
struct plus {
  T operator()(T a, T b) const { return a + b; }
};
template <class T>
struct greater {
  T operator()(T a, T b) const { return a < b ? b : a; }
};
template <class T>
struct less {
  T operator()(T a, T b) const { return b < a ? b : a; }
};
template <class T>
struct bit_or {
  T operator()(T a, T b) const { return a | b; }
};
template <class T>
struct bit_and {
  T operator()(T a, T b) const { return a & b; }
};

// Every lane gets the result, in the order of a butterfly.
template <class Group, class T, class Operation>
T reduce(const Group& group, T value, Operation operation, TRIPTYCH_PLACE) {
  for (unsigned step = group.size() / 2; step > 0; step /= 2)
    value = operation(value, group.shfl_xor(value, step, place));
  return value;
}

}  // namespace cooperative_groups

#undef TRIPTYCH_PLACE
