#pragma once
#include "kernels/ptx/races.h"
#include "kernels/ptx/shadow_words.h"

// The search for races, inlined into loads and stores: most accesses have nothing in their way, which the
// shadows see for many words together. The lanes that are left are looked at one by one (races.cpp).
namespace triptych::ptx {

TRIPTYCH_INTO void find_races(Warp& warp, const Access& access, const Request& request, Purpose purpose) {
  Shadow& shadow = warp.block->shadow;
  shadow.set_site(warp.pc + 1);
  if (emulator::findings()) watch_update(warp, request.mask, purpose, request.addresses);
  Mask left = request.mask;
  if (purpose != Purpose::atomic && shadow.has_words() && request.bytes >= 4) {
    left = 0;
    const int first = warp.thread(0);
    for (const RequestShape::Run& run : request.shape.runs()) {
      const std::uint64_t at = request.base() + run.from;
      const bool in_order = purpose == Purpose::write
                                ? !run.several && shadow.write_in_order(at, run.words, run.lane, first)
                            : run.several ? shadow.read_by_several(at, run.words, first)
                                          : shadow.read_in_order(at, run.words, run.lane, first, warp.synced);
      if (!in_order) left |= run.sharers;
    }
  }
  if (left) check_races(warp, access, request, purpose, left);
}

TRIPTYCH_INTO void find_global_races(Warp& warp, const Access& access, const Request& request,
                                     Purpose purpose) {
  Block& block = *warp.block;
  const bool collecting = emulator::findings() != nullptr;
  if (collecting) watch_update(warp, request.mask, purpose, request.addresses);
  const Region region = block.last_region;
  const auto size = static_cast<std::uint64_t>(request.bytes);
  Mask left = request.mask;
  if (!collecting && purpose != Purpose::atomic && access.kind != emulator::AccessKind::strong &&
      !access.releases && request.bytes % 4 == 0 && region.holds(request.low(), size) &&
      region.holds(request.high(), size)) {
    if (!region.cells) return;
    left = 0;
    emulator::Moment moment = block.moment(0, warp.synced);
    moment.site = static_cast<std::uint32_t>(warp.pc + 1);
    const emulator::QuietAccess quiet = block.accessor.quiet(access.kind, moment);
    const int first = warp.thread(0), words = request.bytes / 4;
    for (const RequestShape::Part& part : request.shape.parts()) {
      emulator::GlobalCell* const cells = region.cells + (request.addresses[part.lane] - region.begin) / 4;
      const int last = part.last_lane();
      bool is_quiet = true;
      for (int i = 0; i < words && is_quiet; ++i) {
        if (purpose == Purpose::write) {
          is_quiet = last == part.lane && quiet.write(cells[i], first + part.lane);
        } else {
          is_quiet = quiet.read(cells[i], first + part.lane);
          // What is between the first and the last lane of a warp changes nothing.
          if (is_quiet && last != part.lane) is_quiet = quiet.read(cells[i], first + last);
        }
      }
      if (!is_quiet) left |= part.sharers;
    }
  }
  if (left) check_global_races(warp, access, request, purpose, left);
}

}  // namespace triptych::ptx
