#include "kernels/ptx/block.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace triptych::ptx {

void Block::prepare(const Grid& launched, bool counting) {
  grid = &launched;
  const Code& code = *launched.code;
  const auto threads = static_cast<std::size_t>(launched.block.count());
  warps.resize((threads + lanes - 1) / lanes);
  for (Warp& warp : warps) warp.prepare(code);
  shared.resize(std::max(code.shared_bytes, code.dynamic_shared_offset + launched.dynamic_shared_bytes));
  shadow.prepare(shared.size(), code.narrow_shared_access ? 1 : 4);
  counts.assign(counting ? code.instructions.size() : 0, Counts{});
  last_region = {};
}

void Block::run(std::uint64_t number) {
  id = grid->size.position(number);
  std::ranges::fill(shared, std::byte{0xff});  // NaN exposes reads of uninitialised memory
  shadow.start_block();
  for (std::size_t w = 0; w < warps.size(); ++w) warps[w].start(*this, static_cast<int>(w));
  do
    for (Warp& warp : warps) warp.run();
  while (release_barrier());
}

// Between two barriers the warps run one after another. When none can run, all of their threads must wait at
// the same barrier or have exited. Returns false if all have exited.
bool Block::release_barrier() {
  const auto first = std::ranges::find_if(warps, [](const Warp& warp) { return warp.waiting != 0; });
  if (first == warps.end()) return false;
  const int pc = first->barrier_pc;
  for (Warp& warp : warps) {
    Warp& witness = warp.waiting ? warp : *first;
    const int lane = std::countr_zero(witness.waiting);
    witness.pc = witness.barrier_pc;
    if (warp.waiting && warp.barrier_pc != pc)
      warp.fail(lane, fmt::format("divergent barrier: another warp waits at the barrier of {}",
                                  grid->code->lines[static_cast<std::size_t>(pc)].text()));
    const int begin = warp.index * lanes;
    const int size = std::min(lanes, static_cast<int>(grid->block.count()) - begin);
    if (std::popcount(warp.waiting) != size)
      witness.fail(
          lane,
          fmt::format("divergent barrier: waits for the other threads of its block, but {} of warp {} have "
                      "exited",
                      size - std::popcount(warp.waiting), warp.index));
  }
  for (Warp& warp : warps) {
    warp.groups.assign(1, {pc + 1, warp.waiting});
    warp.waiting = 0;
  }
  shadow.barrier();
  return true;
}

}  // namespace triptych::ptx
