#pragma once
// Synchronisation between GPU threads: barriers of a block, and collective operations of the 32 lanes of a
// warp. Every function here may switch to another fiber.
#include <cstdint>
#include <cstring>

#include "kernels/emulator/language.h"

namespace triptych::emulator {

// The source position at which a GPU thread waits. As a default argument of barrier functions it is the
// position of the call.
struct Place {
  const char* file = nullptr;
  int line = 0;
  static constexpr Place here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
};

enum class WarpOperation : std::uint8_t { synchronise, shuffle, ballot, active, together };

// block.cpp: returns when every thread of the block has arrived.
void barrier(Place place);
// warp.cpp: returns when every lane of `mask` that has not yet exited has arrived.
//   shuffle: the value that lane `source` posted; ballot: one bit per lane, set if its value is not 0
std::uint64_t warp_collective(WarpOperation operation, unsigned mask, std::uint64_t value, int source,
                              Place place);
// The position of this thread in its warp, 0 .. 31.
int lane();
// block.cpp: the lanes of this thread's warp that are at this place. Which lanes come together at a place is
// not specified by CUDA; here they are those that reach it before any lane of the warp can go on behind it,
// which are all that take the same path.
unsigned active_lanes(Place place);

template <class T>
T shuffle(unsigned mask, T value, int source, Place place) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8, "a shuffle moves 4 or 8 bytes");
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  bits = warp_collective(WarpOperation::shuffle, mask, bits, source, place);
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace triptych::emulator

#define TRIPTYCH_PLACE \
  triptych::emulator::Place place = triptych::emulator::Place::here(__builtin_FILE(), __builtin_LINE())

inline void __syncthreads(TRIPTYCH_PLACE) {
  triptych::emulator::barrier(place);
}
inline void __syncwarp(unsigned mask = ~0u, TRIPTYCH_PLACE) {
  triptych::emulator::warp_collective(triptych::emulator::WarpOperation::synchronise, mask, 0, 0, place);
}

// A width below 32 partitions the warp into groups that shuffle separately.
template <class T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32, TRIPTYCH_PLACE) {
  const int first = triptych::emulator::lane() & -width;
  return triptych::emulator::shuffle(mask, value, first + (source & (width - 1)), place);
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned distance, int width = 32, TRIPTYCH_PLACE) {
  const int lane = triptych::emulator::lane(), from = lane + static_cast<int>(distance);
  const bool inside = (lane & (width - 1)) + static_cast<int>(distance) < width;
  return triptych::emulator::shuffle(mask, value, inside ? from : lane, place);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned distance, int width = 32, TRIPTYCH_PLACE) {
  const int lane = triptych::emulator::lane(), from = lane - static_cast<int>(distance);
  const bool inside = (lane & (width - 1)) >= static_cast<int>(distance);
  return triptych::emulator::shuffle(mask, value, inside ? from : lane, place);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32, TRIPTYCH_PLACE) {
  const int lane = triptych::emulator::lane(), from = lane ^ bits;
  const bool inside = (from & -width) <= (lane & -width);
  return triptych::emulator::shuffle(mask, value, inside ? from : lane, place);
}

inline unsigned __ballot_sync(unsigned mask, int predicate, TRIPTYCH_PLACE) {
  return static_cast<unsigned>(triptych::emulator::warp_collective(triptych::emulator::WarpOperation::ballot,
                                                                   mask, predicate != 0, 0, place));
}
inline int __any_sync(unsigned mask, int predicate, TRIPTYCH_PLACE) {
  return __ballot_sync(mask, predicate, place) != 0;
}
inline int __all_sync(unsigned mask, int predicate, TRIPTYCH_PLACE) {
  return __ballot_sync(mask, !predicate, place) == 0;
}

inline unsigned __activemask(TRIPTYCH_PLACE) {
  return triptych::emulator::active_lanes(place);
}
// Which lanes of the mask have the same value; and whether all have, then the mask, else 0.
template <class T>
unsigned __match_any_sync(unsigned mask, T value, TRIPTYCH_PLACE) {
  mask &= __ballot_sync(mask, 1, place);
  unsigned same = 0;
  for (int from = 0; from < 32; ++from)
    if (mask >> from & 1 && triptych::emulator::shuffle(mask, value, from, place) == value)
      same |= 1u << from;
  return same;
}
template <class T>
unsigned __match_all_sync(unsigned mask, T value, int* all, TRIPTYCH_PLACE) {
  const bool same = (__match_any_sync(mask, value, place) & mask) == mask;
  *all = __all_sync(mask, same, place);
  return *all ? mask : 0;
}
// Every lane gets the result of all.
template <class T, class Operation>
T triptych_reduce_lanes(unsigned mask, T value, Operation operation, triptych::emulator::Place place) {
  mask &= __ballot_sync(mask, 1, place);  // a block may end within a warp
  bool first = true;
  T all{};
  for (int from = 0; from < 32; ++from) {
    if (!(mask >> from & 1)) continue;
    const T other = triptych::emulator::shuffle(mask, value, from, place);
    all = first ? other : operation(all, other);
    first = false;
  }
  return all;
}
template <class T>
T __reduce_add_sync(unsigned mask, T value, TRIPTYCH_PLACE) {
  return triptych_reduce_lanes(
      mask, value, [](T a, T b) { return a + b; }, place);
}
template <class T>
T __reduce_min_sync(unsigned mask, T value, TRIPTYCH_PLACE) {
  return triptych_reduce_lanes(
      mask, value, [](T a, T b) { return b < a ? b : a; }, place);
}
template <class T>
T __reduce_max_sync(unsigned mask, T value, TRIPTYCH_PLACE) {
  return triptych_reduce_lanes(
      mask, value, [](T a, T b) { return a < b ? b : a; }, place);
}
inline unsigned __reduce_or_sync(unsigned mask, unsigned value, TRIPTYCH_PLACE) {
  return triptych_reduce_lanes(
      mask, value, [](unsigned a, unsigned b) { return a | b; }, place);
}
inline unsigned __reduce_and_sync(unsigned mask, unsigned value, TRIPTYCH_PLACE) {
  return triptych_reduce_lanes(
      mask, value, [](unsigned a, unsigned b) { return a & b; }, place);
}

// A barrier that counts the threads whose predicate is not 0.
namespace triptych::emulator {
int counting_barrier(int predicate, Place place);
}
inline int __syncthreads_count(int predicate, TRIPTYCH_PLACE) {
  return triptych::emulator::counting_barrier(predicate != 0, place);
}
inline int __syncthreads_or(int predicate, TRIPTYCH_PLACE) {
  return triptych::emulator::counting_barrier(predicate != 0, place) != 0;
}
inline int __syncthreads_and(int predicate, TRIPTYCH_PLACE) {
  return triptych::emulator::counting_barrier(predicate == 0, place) == 0;
}

#undef TRIPTYCH_PLACE
