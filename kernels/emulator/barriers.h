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

enum class WarpOperation : std::uint8_t { synchronise, shuffle, ballot };

// block.cpp: returns when every thread of the block has arrived.
void barrier(Place place);
// warp.cpp: returns when every lane of `mask` that has not yet exited has arrived.
//   shuffle: the value that lane `source` posted; ballot: one bit per lane, set if its value is not 0
std::uint64_t warp_collective(WarpOperation operation, unsigned mask, std::uint64_t value, int source,
                              Place place);
// The position of this thread in its warp, 0 .. 31.
int lane();

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

#undef TRIPTYCH_PLACE
