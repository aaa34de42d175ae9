#include "kernels/ptx/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "kernels/ptx/block.h"
#include "kernels/ptx/races.h"

namespace triptych::ptx {
namespace {

const char* verb(Purpose purpose) {
  return purpose == Purpose::read ? "reads" : purpose == Purpose::write ? "writes" : "changes";
}

// base + offset of each lane. Inactive lanes get the address of an active one, so that the following code can
// process all 32 lanes without a test.
void addresses_of(const Warp& warp, const Access& access, Mask mask, std::uint64_t* addresses) {
  const auto offset = static_cast<std::uint64_t>(access.offset);
  if (access.base_file == File::longs) {
    const LongRow& base = warp.longs[static_cast<std::size_t>(access.base)];
    for (int l = 0; l < lanes; ++l) addresses[l] = base.lane[l] + offset;
  } else if (access.base_file == File::words) {
    const WordRow& base = warp.words[static_cast<std::size_t>(access.base)];
    for (int l = 0; l < lanes; ++l) addresses[l] = base.lane[l] + offset;
  } else {
    std::fill_n(addresses, lanes, offset);
  }
  const std::uint64_t someone = addresses[__builtin_ctz(mask)];
  for (int l = 0; l < lanes; ++l) addresses[l] = mask >> l & 1 ? addresses[l] : someone;
}

int first_lane(Mask mask, const std::uint64_t* addresses, auto wrong) {
  for (Mask rest = mask; rest; rest &= rest - 1)
    if (wrong(addresses[__builtin_ctz(rest)])) return __builtin_ctz(rest);
  return __builtin_ctz(mask);
}

void check_alignment(const Warp& warp, Mask mask, Purpose purpose, const std::uint64_t* addresses,
                     int bytes) {
  const auto low_bits = static_cast<std::uint64_t>(bytes) - 1;
  std::uint64_t bits = 0;
  for (int l = 0; l < lanes; ++l) bits |= addresses[l];
  if (!(bits & low_bits)) return;
  const int lane = first_lane(mask, addresses, [&](std::uint64_t a) { return a & low_bits; });
  warp.fail(lane, fmt::format("misaligned: {} {} bytes at address {:#x}, which is not a multiple of {}",
                              verb(purpose), bytes, addresses[lane], bytes));
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

// Most often all lanes access one array, the same one as the previous instruction.
void check_global(const Warp& warp, const Request& request, Purpose purpose) {
  const auto [addresses, mask, bytes, shape] = request;
  const auto size = static_cast<std::uint64_t>(bytes);
  const std::uint64_t low = request.low(), high = request.high();
  Region& region = warp.block->last_region;
  if (region.holds(low, size) && region.holds(high, size)) return;
  for (Mask rest = mask; rest; rest &= rest - 1) {
    const int lane = __builtin_ctz(rest);
    if (region.holds(addresses[lane], size)) continue;
    region = warp.block->grid->regions->find(addresses[lane]);
    if (!region.holds(addresses[lane], size)) fail_global(warp, lane, purpose, addresses[lane], bytes);
  }
}

// Arrays in shared memory have gaps between them (names.cpp), so that an access beyond the end of one is
// detected.
bool inside_an_array(const std::vector<Placement>& arrays, std::uint64_t offset, std::uint64_t bytes) {
  return std::ranges::any_of(arrays, [&](const Placement& array) {
    return offset >= array.offset && offset + bytes <= array.offset + array.bytes;
  });
}

bool inside(const Placement& array, std::uint64_t low, std::uint64_t high, std::uint64_t bytes) {
  return low >= array.offset && high >= low && high + bytes <= array.offset + array.bytes;
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

Counts* counts_of(const Warp& warp) {
  auto& counts = warp.block->counts;
  return counts.empty() ? nullptr : &counts[static_cast<std::size_t>(warp.pc)];
}

void locate_global(Warp& warp, const Access& access, const Request& request, Purpose purpose,
                   std::byte** places) {
  check_global(warp, request, purpose);
  check_global_races(warp, access, request, purpose);
  if (Counts* counts = counts_of(warp)) request.shape.count_global(*counts, request.addresses);
  for (int l = 0; l < lanes; ++l) places[l] = reinterpret_cast<std::byte*>(request.addresses[l]);
}

void locate_shared(Warp& warp, const Access& access, const Request& request, Purpose purpose,
                   std::byte** places) {
  Block& block = *warp.block;
  if (!inside(block.last_shared, request.low(), request.high(), static_cast<std::uint64_t>(request.bytes))) {
    check_arrays(warp, request, purpose, "shared", block.grid->shared_arrays);
    for (const Placement& array : block.grid->shared_arrays)
      if (inside(array, request.low(), request.high(), static_cast<std::uint64_t>(request.bytes)))
        block.last_shared = array;
  }
  check_races(warp, access, request, purpose);
  if (Counts* counts = counts_of(warp)) request.shape.count_shared(*counts, request.addresses);
  for (int l = 0; l < lanes; ++l) places[l] = block.shared.data() + request.addresses[l];
}

void locate_local(Warp& warp, const Request& request, Purpose purpose, std::byte** places) {
  const Code& code = *warp.block->grid->code;
  check_arrays(warp, request, purpose, "local", code.local_arrays);
  for (int l = 0; l < lanes; ++l)
    places[l] = warp.local.data() + static_cast<std::size_t>(l) * code.local_bytes + request.addresses[l];
}

void locate_parameters(const Warp& warp, Mask mask, Purpose purpose, const std::uint64_t* addresses,
                       int bytes, std::byte** places) {
  const auto parameters = warp.block->grid->parameters;
  const auto outside = [&](std::uint64_t a) {
    return a > parameters.size() || static_cast<std::uint64_t>(bytes) > parameters.size() - a;
  };
  const int lane = first_lane(mask, addresses, outside);
  if (purpose != Purpose::read) warp.fail(lane, "writes a parameter, which is constant");
  if (outside(addresses[lane]))
    warp.fail(lane, fmt::format("out of range: reads {} bytes at byte {} of {} bytes of parameters", bytes,
                                addresses[lane], parameters.size()));
  auto* const base = const_cast<std::byte*>(parameters.data());  // parameters are only read, see above
  for (int l = 0; l < lanes; ++l) places[l] = base + addresses[l];
}

void locate_in(Warp& warp, const Access& access, Space space, Mask mask, Purpose purpose,
               const std::uint64_t* addresses, int bytes, std::byte** places) {
  if (space == Space::parameter) return locate_parameters(warp, mask, purpose, addresses, bytes, places);
  const Request request{addresses, mask, bytes, warp.block->shape_of(warp.pc, space == Space::shared)};
  request.shape.see(addresses, mask, bytes);
  switch (space) {
    case Space::global:
      return locate_global(warp, access, request, purpose, places);
    case Space::shared:
      return locate_shared(warp, access, request, purpose, places);
    case Space::local:
      return locate_local(warp, request, purpose, places);
    default:
      return locate_parameters(warp, mask, purpose, addresses, bytes, places);
  }
}

// An address without a space: each lane may refer to a different one.
void locate_generic(Warp& warp, const Access& access, Mask mask, Purpose purpose,
                    const std::uint64_t* addresses, int bytes, std::byte** places) {
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
  for (const auto& part : parts) {
    if (!part.mask) continue;
    std::uint64_t inside[lanes];
    std::byte* found[lanes];
    const std::uint64_t someone = addresses[__builtin_ctz(part.mask)];
    for (int l = 0; l < lanes; ++l) inside[l] = (part.mask >> l & 1 ? addresses[l] : someone) - part.base;
    locate_in(warp, access, part.space, part.mask, purpose, inside, bytes, found);
    for (int l = 0; l < lanes; ++l)
      if (part.mask >> l & 1) places[l] = found[l];
  }
}

template <class T>
T element(const std::byte* place) {
  T value;
  std::memcpy(&value, place, sizeof value);
  return value;
}

// One element of 1, 2 or 4 bytes as a lane of a 32-bit row.
std::uint32_t narrow_element(const std::byte* place, int bytes, bool sign_extends) {
  if (bytes == 4) return element<std::uint32_t>(place);
  if (bytes == 2) {
    const auto value = element<std::uint16_t>(place);
    return sign_extends ? static_cast<std::uint32_t>(static_cast<std::int16_t>(value)) : value;
  }
  const auto value = element<std::uint8_t>(place);
  return sign_extends ? static_cast<std::uint32_t>(static_cast<std::int8_t>(value)) : value;
}

}  // namespace

Regions::Regions(std::vector<Region> regions) : regions_(std::move(regions)) {
  std::ranges::sort(regions_, {}, &Region::begin);
}

Region Regions::find(std::uint64_t address) const {
  const auto after = std::ranges::upper_bound(regions_, address, {}, &Region::begin);
  return after == regions_.begin() ? Region{} : *(after - 1);
}

void locate(Warp& warp, const Access& access, Mask mask, Purpose purpose, std::byte** places, int bytes) {
  std::uint64_t addresses[lanes];
  addresses_of(warp, access, mask, addresses);
  check_alignment(warp, mask, purpose, addresses, access.size());
  if (bytes == 0) bytes = access.size();
  if (access.space == Space::generic)
    locate_generic(warp, access, mask, purpose, addresses, bytes, places);
  else
    locate_in(warp, access, access.space, mask, purpose, addresses, bytes, places);
}

void acquire(Warp& warp, const Access& access, Mask mask, std::byte* const* places) {
  if (access.kind != emulator::AccessKind::strong) return;
  for (Mask rest = mask; rest; rest &= rest - 1) {
    const int l = __builtin_ctz(rest);
    warp.block->accessor.acquire(reinterpret_cast<std::uint64_t>(places[l]),
                                 warp.block->moment(warp.thread(l), warp.synced));
  }
}

void load(Warp& warp, const Instruction& instruction, Mask mask) {
  const Access& access = instruction.access;
  std::byte* places[lanes];
  locate(warp, access, mask, Purpose::read, places);
  for (int i = 0; i < access.count; ++i) {
    if (access.values[i] < 0) continue;  // {_, %f2}
    const auto row = static_cast<std::size_t>(access.values[i]);
    const int at = i * access.bytes;
    if (access.value_file == File::longs) {
      LongRow& values = warp.longs[row];
      for (Mask rest = mask; rest; rest &= rest - 1) {
        const int l = __builtin_ctz(rest);
        // A 64-bit register may also receive a narrower element.
        const std::uint32_t low =
            access.bytes == 8 ? 0 : narrow_element(places[l] + at, access.bytes, access.sign_extends);
        values.lane[l] = access.bytes == 8     ? element<std::uint64_t>(places[l] + at)
                         : access.sign_extends ? static_cast<std::uint64_t>(static_cast<std::int32_t>(low))
                                               : low;
      }
    } else if (mask == all_lanes && access.bytes == 4) {
      WordRow& values = warp.words[row];
      for (int l = 0; l < lanes; ++l) values.lane[l] = element<std::uint32_t>(places[l] + at);
    } else {
      WordRow& values = warp.words[row];
      for (Mask rest = mask; rest; rest &= rest - 1) {
        const int l = __builtin_ctz(rest);
        values.lane[l] = narrow_element(places[l] + at, access.bytes, access.sign_extends);
      }
    }
  }
  acquire(warp, access, mask, places);
}

void store(Warp& warp, const Instruction& instruction, Mask mask) {
  const Access& access = instruction.access;
  std::byte* places[lanes];
  locate(warp, access, mask, Purpose::write, places);
  for (int i = 0; i < access.count; ++i) {
    const auto row = static_cast<std::size_t>(access.values[i]);
    const int at = i * access.bytes;
    for (Mask rest = mask; rest; rest &= rest - 1) {
      const int l = __builtin_ctz(rest);
      // The low bytes of a lane come first: all supported machines are little-endian.
      const void* const value = access.value_file == File::longs
                                    ? static_cast<const void*>(&warp.longs[row].lane[l])
                                    : &warp.words[row].lane[l];
      std::memcpy(places[l] + at, value, access.bytes);
    }
  }
}

}  // namespace triptych::ptx
