#include "kernels/ptx/block.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "kernels/ptx/operations.h"

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
  last_shared = last_local = {};
  if (shapes_of != &code) shapes.clear();
  shapes_of = &code;
  shapes.resize(2 * code.instructions.size());
}

void Block::run(std::uint64_t number) {
  id = grid->size.position(number);
  std::ranges::fill(shared, std::byte{0xff});  // NaN exposes reads of uninitialised memory
  shadow.start_block();
  accessor.start(*grid->global_shadow, number);
  for (std::size_t w = 0; w < warps.size(); ++w) warps[w].start(*this, static_cast<int>(w));
  do
    for (Warp& warp : warps) warp.run();
  while (release_barrier());
}

// Between two barriers the warps run one after another. When none can run, all threads that have not exited
// must wait at the same barrier. Those that have exited are not waited for, on any architecture: "barrier ...
// causes executing thread to wait for all non-exited threads", and exit: "if the exiting threads are holding
// up the barrier, the barrier is released" (README.md). Returns false if all have exited.
bool Block::release_barrier() {
  const auto first = std::ranges::find_if(warps, [](const Warp& warp) { return warp.waiting != 0; });
  if (first == warps.end()) return false;
  const int pc = first->barrier_pc;
  for (Warp& warp : warps) {
    if (!warp.waiting || warp.barrier_pc == pc) continue;
    warp.pc = warp.barrier_pc;
    warp.fail(std::countr_zero(warp.waiting),
              fmt::format("divergent barrier: another warp waits at the barrier of {}",
                          grid->code->lines[static_cast<std::size_t>(pc)].text()));
  }
  const Instruction& barrier = grid->code->instructions[static_cast<std::size_t>(pc)];
  if (barrier.detail) reduce_at(barrier);
  for (Warp& warp : warps) {
    if (warp.waiting) warp.groups.assign(1, {pc + 1, warp.waiting});
    warp.waiting = 0;
  }
  shadow.barrier();
  return true;
}

// bar.red: every thread gets what the predicates of all that wait amount to.
void Block::reduce_at(const Instruction& barrier) {
  const auto row = [](Row r) { return static_cast<std::size_t>(r); };
  std::uint32_t count = 0, all = 0;
  for (const Warp& warp : warps) {
    const Mask predicate = warp.predicates[row(barrier.sources[0])];
    count += static_cast<std::uint32_t>(
        std::popcount((barrier.combine_negated ? ~predicate : predicate) & warp.waiting));
    all += static_cast<std::uint32_t>(std::popcount(warp.waiting));
  }
  const auto kind = static_cast<BarrierKind>(barrier.detail);
  for (Warp& warp : warps) {
    if (kind == BarrierKind::count) {
      for (int l = 0; l < lanes; ++l)
        if (warp.waiting >> l & 1) warp.words[row(barrier.result)].lane[l] = count;
      continue;
    }
    const bool answer = kind == BarrierKind::all ? count == all : count > 0;
    Mask& result = warp.predicates[row(barrier.result)];
    result = answer ? result | warp.waiting : result & ~warp.waiting;
  }
}

}  // namespace triptych::ptx
