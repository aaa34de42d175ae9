#include "kernels/ptx/races.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "kernels/ptx/readable.h"

namespace triptych::ptx {

std::string nearest_array(const std::vector<Placement>& arrays, std::uint64_t offset) {
  const Placement* nearest = nullptr;
  for (const Placement& array : arrays)
    if (array.offset <= offset) nearest = &array;
  if (!nearest) return "before the first array";
  const std::uint64_t inside = offset - nearest->offset;
  if (inside < nearest->bytes) return fmt::format("byte {} of {}", inside, readable_array(nearest->name));
  return fmt::format("{} bytes past the end of {}, which has {}", inside - nearest->bytes,
                     readable_array(nearest->name), nearest->bytes);
}

namespace {

// The lowest 4 bytes from byte `at` on of what lane `lane` stores.
std::uint32_t stored_word(const Warp& warp, const Access& access, int lane, int at) {
  const auto row = static_cast<std::size_t>(access.values[at / access.bytes]);
  if (access.value_file == File::words) return warp.words[row].lane[lane];
  return static_cast<std::uint32_t>(warp.longs[row].lane[lane] >> (8 * (at % access.bytes)));
}

// Whether every other lane of a store that goes to the same place stores the same value, and, when another
// thread was there before, that it is what memory already holds.
bool stores_the_same(const Warp& warp, const Access& access, Mask mask, int lane,
                     const std::uint64_t* addresses, const std::byte* place) {
  if (access.values[0] < 0) return false;  // cp.async: what it writes is not in a register
  const int width = std::min<int>(access.size(), 4);
  bool first = true;  // of the lanes that go there
  for (Mask rest = mask & ~(Mask{1} << lane); rest; rest &= rest - 1) {
    const int other = __builtin_ctz(rest);
    if (addresses[other] != addresses[lane]) continue;
    first &= other > lane;
    for (int at = 0; at < access.size(); at += 4) {
      const std::uint32_t a = stored_word(warp, access, lane, at), b = stored_word(warp, access, other, at);
      if (std::memcmp(&a, &b, static_cast<std::size_t>(width)) != 0) return false;
    }
  }
  if (!first) return true;
  // Another block may be about to write what it has announced.
  for (int patience = 0; patience < 20; ++patience) {
    bool same = true;
    for (int at = 0; at < access.size(); at += 4) {
      const std::uint32_t word = stored_word(warp, access, lane, at);
      same &= std::memcmp(&word, place + at, static_cast<std::size_t>(width)) == 0;
    }
    if (same) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

// ---- races: the first one ends the launch, or all are noted where findings are collected -----------------

// The addresses of a load, as those that an update begins with.
void note_load(Warp& warp, const std::uint64_t* addresses) {
  constexpr std::size_t kept = 4;
  if (warp.recent_loads.size() == kept) warp.recent_loads.erase(warp.recent_loads.begin());
  std::copy_n(addresses, lanes, warp.recent_loads.emplace_back().lane);
}

// A lane that writes the word which it has read loses the update of another thread.
bool has_loaded(const Warp& warp, int lane, std::uint64_t address) {
  return std::ranges::any_of(warp.recent_loads,
                             [&](const LongRow& row) { return row.lane[lane] == address; });
}

// Whether the store of a lane is that of an update which another thread has made as well: one before, by the
// problem, or in the same instruction another lane.
bool is_lost(const Warp& warp, Mask mask, int lane, Purpose purpose, const std::uint64_t* addresses,
             bool other_wrote) {
  if (purpose != Purpose::write || !has_loaded(warp, lane, addresses[lane])) return false;
  for (Mask rest = mask & ~(Mask{1} << lane); rest && !other_wrote; rest &= rest - 1)
    other_wrote = addresses[__builtin_ctz(rest)] == addresses[lane];
  return other_wrote;
}

void note_suspicion(Warp& warp, int lane, const char* problem, int other_site, const std::uint64_t* addresses,
                    const std::string& details, bool is_race, bool loses_update = false) {
  Block& block = *warp.block;
  emulator::Suspicion& s = block.suspicions.note(problem, static_cast<std::uint64_t>(warp.pc) + 1,
                                                 static_cast<std::uint64_t>(other_site));
  if (s.count == 1) {
    const Triple t = block.grid->block.position(static_cast<std::uint64_t>(warp.thread(lane)));
    s.details = fmt::format(": thread ({},{},{}) of block ({},{},{}){}", t.x, t.y, t.z, block.id.x,
                            block.id.y, block.id.z, details);
  }
  if (!is_race) return;
  s.loses_update |= loses_update;
  if (!std::string_view(problem).starts_with("race: reads")) return;
  warp.suspicion = &s;
  std::copy_n(addresses, lanes, warp.suspicious_addresses.lane);
}

std::string other_thread(const Warp& warp, emulator::AccessEntry other, const Region& region,
                         std::uint64_t address) {
  const Grid& grid = *warp.block->grid;
  const emulator::GlobalAccessor& accessor = warp.block->accessor;
  const Triple t = grid.block.position(static_cast<std::uint64_t>(accessor.thread_of(other)));
  const Triple b = grid.size.position(accessor.block_of(other));
  return fmt::format(" (thread ({},{},{}) of block ({},{},{})): byte {} of {} bytes", t.x, t.y, t.z, b.x, b.y,
                     b.z, address - region.begin, region.end - region.begin);
}

constexpr const char* never_filled =
    "uninitialised: reads device memory that neither a copy nor a kernel has written";

// Where findings are collected: whether somebody has written the word at `at`.
void check_written(Warp& warp, int lane, const Region& region, std::uint64_t at, unsigned touched,
                   Purpose purpose, const std::uint64_t* addresses) {
  unsigned char& written = region.written[(at - region.begin) / 4];
  if (purpose != Purpose::write && (written & touched) != touched)
    note_suspicion(warp, lane, never_filled, 0, addresses,
                   fmt::format(": byte {} of {} bytes", at - region.begin, region.end - region.begin), false);
  written = static_cast<unsigned char>(written | touched);
}

}  // namespace

void watch_update(Warp& warp, Mask mask, Purpose purpose, const std::uint64_t* addresses) {
  if (purpose == Purpose::read) return note_load(warp, addresses);
  if (purpose != Purpose::write || !warp.suspicion) return;
  for (Mask rest = mask; rest; rest &= rest - 1) {
    const int lane = __builtin_ctz(rest);
    warp.suspicion->loses_update |= warp.suspicious_addresses.lane[lane] == addresses[lane];
  }
  warp.suspicion = nullptr;
}

void check_races(Warp& warp, const Access& access, const Request& request, Purpose purpose, Mask left) {
  const auto [addresses, mask, bytes, shape] = request;
  Shadow& shadow = warp.block->shadow;
  const bool collecting = emulator::findings() != nullptr;
  for (Mask rest = left; rest; rest &= rest - 1) {
    const int lane = __builtin_ctz(rest), thread = warp.thread(lane);
    const std::uint64_t at = addresses[lane];
    int other = -1;
    const char* const problem = purpose == Purpose::read ? shadow.read(at, bytes, thread, warp.synced, other)
                                : purpose == Purpose::write
                                    ? shadow.write(at, bytes, thread, warp.synced, other)
                                    : shadow.change_atomically(at, bytes, thread, warp.synced, other);
    if (!problem) continue;
    if (Shadow::is_write_after_write(problem) &&
        stores_the_same(warp, access, mask, lane, addresses, warp.block->shared.data() + at))
      continue;
    const Triple t = warp.block->grid->block.position(static_cast<std::uint64_t>(std::max(other, 0)));
    const std::string who = other < 0 ? "" : fmt::format(" (thread {}, {}, {})", t.x, t.y, t.z);
    const std::string where = nearest_array(warp.block->grid->shared_arrays, at);
    if (!collecting)
      warp.fail(lane, fmt::format("{}{}: {} at shared address {:#x}", problem, who, where, at));
    const bool is_race = problem != Shadow::never_written;
    note_suspicion(warp, lane, problem, is_race ? shadow.other_site() : 0, addresses, who + ": " + where,
                   is_race,
                   is_lost(warp, mask, lane, purpose, addresses, Shadow::is_write_after_write(problem)));
  }
}

void check_global_races(Warp& warp, const Access& access, const Request& request, Purpose purpose,
                        Mask left) {
  const auto [addresses, mask, bytes, shape] = request;
  Block& block = *warp.block;
  emulator::GlobalAccessor& accessor = block.accessor;
  emulator::Moment moment = block.moment(0, warp.synced);
  moment.site = static_cast<std::uint32_t>(warp.pc + 1);
  Region region = block.last_region;
  const bool collecting = emulator::findings() != nullptr;
  const unsigned mask_of_bytes = bytes >= 4 ? 15u : (1u << bytes) - 1;
  for (Mask rest = left; rest; rest &= rest - 1) {
    const int lane = __builtin_ctz(rest);
    const std::uint64_t begin = addresses[lane], end = begin + static_cast<std::uint64_t>(bytes);
    if (!region.holds(begin, static_cast<std::uint64_t>(bytes))) region = block.grid->regions->find(begin);
    if (!region.cells) continue;
    moment.thread = warp.thread(lane);
    emulator::GlobalCell* cell = region.cells + (begin - region.begin) / 4;
    const unsigned touched = bytes >= 4 ? 15u : mask_of_bytes << (begin & 3);
    for (std::uint64_t at = begin; at < end; at += 4, ++cell) {
      emulator::AccessEntry other = 0;
      const char* const problem =
          purpose == Purpose::read    ? accessor.read(*cell, touched, access.kind, moment, other)
          : purpose == Purpose::write ? accessor.write(*cell, touched, access.kind, moment, other)
                                      : accessor.change(*cell, touched, moment, other);
      if (region.written) check_written(warp, lane, region, at, touched, purpose, addresses);
      if (!problem) continue;
      if (emulator::GlobalAccessor::is_write_after_write(problem) && purpose == Purpose::write &&
          stores_the_same(warp, access, mask, lane, addresses, reinterpret_cast<const std::byte*>(begin)))
        continue;
      const std::string details = other_thread(warp, other, region, at);
      if (!collecting) warp.fail(lane, problem + details);
      note_suspicion(warp, lane, problem, static_cast<int>(accessor.other_site()), addresses, details, true,
                     is_lost(warp, mask, lane, purpose, addresses,
                             emulator::GlobalAccessor::is_write_after_write(problem)));
    }
    if (access.releases) accessor.fence(moment, true);
    if (access.kind == emulator::AccessKind::strong && purpose != Purpose::read)
      accessor.publish(begin, purpose == Purpose::atomic, moment);
  }
}

}  // namespace triptych::ptx
