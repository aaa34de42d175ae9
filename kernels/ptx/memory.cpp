#include "kernels/ptx/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "kernels/ptx/locate.h"

namespace triptych::ptx {
namespace {

const char* verb(Purpose purpose) {
  return purpose == Purpose::read ? "reads" : purpose == Purpose::write ? "writes" : "changes";
}

int first_lane(Mask mask, const std::uint64_t* addresses, auto wrong) {
  for (Mask rest = mask; rest; rest &= rest - 1)
    if (wrong(addresses[__builtin_ctz(rest)])) return __builtin_ctz(rest);
  return __builtin_ctz(mask);
}

[[noreturn]] void fail_global(const Warp& warp, int lane, Purpose purpose, std::uint64_t address, int bytes) {
  const Region region = warp.block->grid->regions->find(address);
  const std::string where =
      address == 0 ? "the address is null"
      : region.begin == region.end
          ? "no allocation begins below it"
          : fmt::format("the nearest allocation below it has {} bytes, and this is byte {} of it",
                        region.end - region.begin, address - region.begin);
  warp.fail(lane, fmt::format("out of range: {} {} bytes of global memory at {:#x}: {}", verb(purpose), bytes,
                              address, where));
}

// Arrays in shared memory have gaps between them (names.cpp), so that an access beyond the end of one is
// detected.
bool inside_an_array(const std::vector<Placement>& arrays, std::uint64_t offset, std::uint64_t bytes) {
  return std::ranges::any_of(arrays, [&](const Placement& array) {
    return offset >= array.offset && offset + bytes <= array.offset + array.bytes;
  });
}

void check_arrays(const Warp& warp, const Request& request, Purpose purpose, const char* space,
                  const std::vector<Placement>& arrays) {
  const auto [addresses, mask, bytes, shape] = request;
  const auto size = static_cast<std::uint64_t>(bytes);
  const std::uint64_t low = request.low(), high = request.high();
  if (high >= low && inside_an_array(arrays, low, high - low + size)) return;
  for (Mask rest = mask; rest; rest &= rest - 1) {
    const int lane = __builtin_ctz(rest);
    if (!inside_an_array(arrays, addresses[lane], size))
      warp.fail(lane, fmt::format("out of range: {} {} bytes of {} memory at {:#x}: {}", verb(purpose), bytes,
                                  space, addresses[lane], nearest_array(arrays, addresses[lane])));
  }
}

void locate_parameters(const Warp& warp, Mask mask, Purpose purpose, const std::uint64_t* addresses,
                       int bytes, std::uint64_t* found) {
  const auto parameters = warp.block->grid->parameters;
  const auto outside = [&](std::uint64_t a) {
    return a > parameters.size() || static_cast<std::uint64_t>(bytes) > parameters.size() - a;
  };
  const int lane = first_lane(mask, addresses, outside);
  if (purpose != Purpose::read) warp.fail(lane, "writes a parameter, which is constant");
  if (outside(addresses[lane]))
    warp.fail(lane, fmt::format("out of range: reads {} bytes at byte {} of {} bytes of parameters", bytes,
                                addresses[lane], parameters.size()));
  const auto origin = reinterpret_cast<std::uint64_t>(parameters.data());
  for (int l = 0; l < lanes; ++l) found[l] = origin + addresses[l];
}

// A part of a request without a space: what it finds are addresses of this program.
void locate_in(Warp& warp, const Access& access, Space space, Mask mask, Purpose purpose,
               const std::uint64_t* addresses, int bytes, std::uint64_t* found) {
  RequestShape& shape = warp.block->shape_of(warp.pc, space == Space::shared);
  shape.see(addresses, mask, bytes);
  const Request request{addresses, mask, bytes, shape};
  if (space == Space::local) return locate_local(warp, request, purpose, found);
  std::uint64_t origin = 0;
  if (space == Space::shared) {
    locate_shared(warp, access, request, purpose);
    origin = reinterpret_cast<std::uint64_t>(warp.block->shared.data());
  } else {
    locate_global(warp, access, request, purpose);
  }
  for (int l = 0; l < lanes; ++l) found[l] = origin + addresses[l];
}

// An address without a space: each lane may refer to a different one.
void locate_generic(Warp& warp, const Access& access, Mask mask, Purpose purpose, int bytes,
                    std::uint64_t* addresses) {
  const auto window = [](std::uint64_t a, std::uint64_t begin) { return a - begin < window_bytes; };
  Mask shared = 0, local = 0;
  for (int l = 0; l < lanes; ++l) {
    shared |= Mask{window(addresses[l], shared_window)} << l;
    local |= Mask{window(addresses[l], local_window)} << l;
  }
  const struct {
    Space space;
    Mask mask;
    std::uint64_t base;
  } parts[] = {{Space::shared, mask & shared, shared_window},
               {Space::local, mask & local, local_window},
               {Space::global, mask & ~shared & ~local, 0}};
  std::uint64_t given[lanes], inside[lanes], found[lanes];
  std::copy_n(addresses, lanes, given);
  for (const auto& part : parts) {
    if (!part.mask) continue;
    const std::uint64_t someone = given[std::countr_zero(part.mask)];
    for (int l = 0; l < lanes; ++l) inside[l] = (part.mask >> l & 1 ? given[l] : someone) - part.base;
    locate_in(warp, access, part.space, part.mask, purpose, inside, bytes, found);
    for (int l = 0; l < lanes; ++l)
      if (part.mask >> l & 1) addresses[l] = found[l];
  }
}

}  // namespace

Regions::Regions(std::vector<Region> regions) : regions_(std::move(regions)) {
  std::ranges::sort(regions_, {}, &Region::begin);
}

Region Regions::find(std::uint64_t address) const {
  const auto after = std::ranges::upper_bound(regions_, address, {}, &Region::begin);
  return after == regions_.begin() ? Region{} : *(after - 1);
}

void fail_misaligned(const Warp& warp, Mask mask, Purpose purpose, const std::uint64_t* addresses,
                     int bytes) {
  const auto low_bits = static_cast<std::uint64_t>(bytes) - 1;
  const int lane = first_lane(mask, addresses, [&](std::uint64_t a) { return a & low_bits; });
  warp.fail(lane, fmt::format("misaligned: {} {} bytes at address {:#x}, which is not a multiple of {}",
                              verb(purpose), bytes, addresses[lane], bytes));
}

void find_region(const Warp& warp, const Request& request, Purpose purpose) {
  const auto size = static_cast<std::uint64_t>(request.bytes);
  Region& region = warp.block->last_region;
  for (Mask rest = request.mask; rest; rest &= rest - 1) {
    const int lane = std::countr_zero(rest);
    const std::uint64_t address = request.addresses[lane];
    if (region.holds(address, size)) continue;
    region = warp.block->grid->regions->find(address);
    if (!region.holds(address, size)) fail_global(warp, lane, purpose, address, request.bytes);
  }
}

void find_shared_array(const Warp& warp, const Request& request, Purpose purpose) {
  Block& block = *warp.block;
  check_arrays(warp, request, purpose, "shared", block.grid->shared_arrays);
  for (const Placement& array : block.grid->shared_arrays)
    if (is_inside(array, request.low(), request.high(), static_cast<std::uint64_t>(request.bytes)))
      block.last_shared = array;
}

void find_local_array(const Warp& warp, const Request& request, Purpose purpose) {
  const std::vector<Placement>& arrays = warp.block->grid->code->local_arrays;
  check_arrays(warp, request, purpose, "local", arrays);
  for (const Placement& array : arrays)
    if (is_inside(array, request.low(), request.high(), static_cast<std::uint64_t>(request.bytes)))
      warp.block->last_local = array;
}

void locate_elsewhere(Warp& warp, const Access& access, Mask mask, Purpose purpose, int bytes,
                      Places& places) {
  std::uint64_t* const addresses = places.addresses;
  std::uint64_t bits = 0;
  for (int l = 0; l < lanes; ++l) bits |= addresses[l];
  if (bits & static_cast<std::uint64_t>(access.size() - 1))
    fail_misaligned(warp, mask, purpose, addresses, access.size());
  if (access.space == Space::parameter)
    return locate_parameters(warp, mask, purpose, addresses, bytes, addresses);
  locate_generic(warp, access, mask, purpose, bytes, addresses);
}

void locate(Warp& warp, const Access& access, Mask mask, Purpose purpose, std::byte** places, int bytes) {
  Places found;
  locate_lanes(warp, access, mask, purpose, bytes ? bytes : access.size(), found);
  for (int l = 0; l < lanes; ++l) places[l] = found.of(l);
}

void acquire(Warp& warp, const Access& access, Mask mask, std::byte* const* places) {
  if (access.kind != emulator::AccessKind::strong) return;
  for (Mask rest = mask; rest; rest &= rest - 1) {
    const int l = __builtin_ctz(rest);
    warp.block->accessor.acquire(reinterpret_cast<std::uint64_t>(places[l]),
                                 warp.block->moment(warp.thread(l), warp.synced));
  }
}

}  // namespace triptych::ptx
