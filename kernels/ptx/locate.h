#pragma once
#include <algorithm>
#include <bit>

#include "kernels/ptx/block.h"
#include "kernels/ptx/memory.h"
#include "kernels/ptx/races_quiet.h"

// Where the lanes of a load or store find their elements: the path that most requests take, inlined into the
// instructions, and what it leaves to memory.cpp.
namespace triptych::ptx {

// The element of lane l is at origin + addresses[l]. Inactive lanes have the address of an active one, so
// that loops over 32 lanes need no test.
struct Places {
  std::byte* origin = nullptr;
  RequestShape* shape = nullptr;  // of global and shared memory
  alignas(64) std::uint64_t addresses[lanes];
  std::byte* of(int lane) const { return origin + addresses[lane]; }
};

[[noreturn]] void fail_misaligned(const Warp& warp, Mask mask, Purpose purpose,
                                  const std::uint64_t* addresses, int bytes);
// Finds the array of a request that does not go to that of the last one, and fails where there is none.
void find_region(const Warp& warp, const Request& request, Purpose purpose);
void find_shared_array(const Warp& warp, const Request& request, Purpose purpose);
void find_local_array(const Warp& warp, const Request& request, Purpose purpose);
// Parameters, and addresses without a space.
void locate_elsewhere(Warp& warp, const Access& access, Mask mask, Purpose purpose, int bytes,
                      Places& places);

TRIPTYCH_INTO void addresses_of(const Warp& warp, const Access& access, Mask mask, std::uint64_t* addresses) {
  const auto offset = static_cast<std::uint64_t>(access.offset);
  if (access.base_file == File::longs) {
    const std::uint64_t* const base = warp.longs[static_cast<std::size_t>(access.base)].lane;
#pragma omp simd
    for (int l = 0; l < lanes; ++l) addresses[l] = base[l] + offset;
  } else if (access.base_file == File::words) {
    const std::uint32_t* const base = warp.words[static_cast<std::size_t>(access.base)].lane;
#pragma omp simd
    for (int l = 0; l < lanes; ++l) addresses[l] = base[l] + offset;
  } else {
    std::fill_n(addresses, lanes, offset);
  }
  if (mask == all_lanes) return;
  const std::uint64_t someone = addresses[std::countr_zero(mask)];
#pragma omp simd
  for (int l = 0; l < lanes; ++l) addresses[l] = mask >> l & 1 ? addresses[l] : someone;
}

// Whether any of these addresses without a space is one of shared or local memory: both windows have a bit
// that no address of a process has.
TRIPTYCH_INTO bool is_any_in_window(const std::uint64_t* addresses) {
  static_assert(shared_window & local_window);
  std::uint64_t bits = 0;
#pragma omp simd reduction(| : bits)
  for (int l = 0; l < lanes; ++l) bits |= addresses[l];
  return (bits & shared_window & local_window) != 0;
}

TRIPTYCH_INTO Counts* counts_here(const Warp& warp) {
  auto& counts = warp.block->counts;
  return counts.empty() ? nullptr : &counts[static_cast<std::size_t>(warp.pc)];
}

TRIPTYCH_INTO void locate_global(Warp& warp, const Access& access, const Request& request, Purpose purpose) {
  const auto size = static_cast<std::uint64_t>(request.bytes);
  const Region& region = warp.block->last_region;
  if (!region.holds(request.low(), size) || !region.holds(request.high(), size))
    find_region(warp, request, purpose);
  find_global_races(warp, access, request, purpose);
  if (Counts* counts = counts_here(warp)) request.shape.count_global(*counts, request.addresses);
}

TRIPTYCH_INTO bool is_inside(const Placement& array, std::uint64_t low, std::uint64_t high,
                             std::uint64_t bytes) {
  return low >= array.offset && high >= low && high + bytes <= array.offset + array.bytes;
}

TRIPTYCH_INTO void locate_shared(Warp& warp, const Access& access, const Request& request, Purpose purpose) {
  if (!is_inside(warp.block->last_shared, request.low(), request.high(),
                 static_cast<std::uint64_t>(request.bytes)))
    find_shared_array(warp, request, purpose);
  find_races(warp, access, request, purpose);
  if (Counts* counts = counts_here(warp)) request.shape.count_shared(*counts, request.addresses);
}

// Each lane has memory of its own: found[l] is an address of this program.
TRIPTYCH_INTO void locate_local(Warp& warp, const Request& request, Purpose purpose, std::uint64_t* found) {
  if (!is_inside(warp.block->last_local, request.low(), request.high(),
                 static_cast<std::uint64_t>(request.bytes)))
    find_local_array(warp, request, purpose);
  const auto origin = reinterpret_cast<std::uint64_t>(warp.local.data());
  const std::uint64_t bytes_of_lane = warp.block->grid->code->local_bytes;
#pragma omp simd
  for (int l = 0; l < lanes; ++l)
    found[l] = origin + static_cast<std::uint64_t>(l) * bytes_of_lane + request.addresses[l];
}

// Computes where each lane's elements are. Checks alignment, bounds and races, and counts the request; throws
// Fault. bytes: of the element those that are touched.
TRIPTYCH_INTO void locate_lanes(Warp& warp, const Access& access, Mask mask, Purpose purpose, int bytes,
                                Places& places) {
  addresses_of(warp, access, mask, places.addresses);
  Space space = access.space;
  if (space == Space::generic && !is_any_in_window(places.addresses)) space = Space::global;
  if (space == Space::parameter || space == Space::generic)
    return locate_elsewhere(warp, access, mask, purpose, bytes, places);
  const bool is_shared = space == Space::shared;
  RequestShape& shape = warp.block->shape_of(warp.pc, is_shared);
  shape.see(places.addresses, mask, bytes);
  const Request request{places.addresses, mask, bytes, shape};
  if ((request.base() | shape.bits()) & static_cast<std::uint64_t>(access.size() - 1))
    fail_misaligned(warp, mask, purpose, places.addresses, access.size());
  if (space == Space::local) return locate_local(warp, request, purpose, places.addresses);
  places.shape = &shape;
  if (!is_shared) return locate_global(warp, access, request, purpose);
  locate_shared(warp, access, request, purpose);
  places.origin = warp.block->shared.data();
}

}  // namespace triptych::ptx
