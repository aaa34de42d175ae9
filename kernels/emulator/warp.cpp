// Warp operations: shuffles, ballots, __syncwarp. Each lane posts its argument and waits; the last lane of
// the mask to arrive completes the operation for all. Lanes that have exited do not take part.
#include <algorithm>
#include <bit>

#include "kernels/emulator/block.h"

namespace triptych::emulator {
namespace {

constexpr std::uint64_t value_of_an_absent_lane = ~std::uint64_t(0);  // as a float or double: NaN

unsigned bit(int lane) {
  return 1u << lane;
}

}  // namespace

// Completes the operation when all live lanes of the mask wait for it; returns false if some have not
// arrived.
bool Block::complete_warp(int warp, unsigned mask) {
  GpuThread* const lanes = threads_ + warp * warp_lanes;
  const int count = std::min(warp_lanes, count_ - warp * warp_lanes);
  const GpuThread* first = nullptr;
  unsigned living = 0, ballot = 0;
  for (int i = 0; i < count; ++i) {
    const GpuThread& t = lanes[i];
    if (!(mask & bit(i)) || t.state == GpuThread::State::exited) continue;
    if (t.state != GpuThread::State::in_warp_operation) return false;
    if (!first) first = &t;
    if (t.mask != first->mask) return false;
    if (t.operation != first->operation || t.place.line != first->place.line)
      fault("the lanes of one mask wait in different warp operations" + situation());
    living |= bit(i);
    if (t.posted) ballot |= bit(i);
  }
  for (int i = 0; i < count; ++i) {
    GpuThread& t = lanes[i];
    if (!(living & bit(i))) continue;
    if (t.operation == WarpOperation::ballot)
      t.received = ballot;
    else
      t.received = living & bit(t.source) ? lanes[t.source].posted : value_of_an_absent_lane;
    t.state = GpuThread::State::ready;
    ++ready_;
  }
  ++warp_count_[warp];
  return living != 0;
}

std::uint64_t Block::warp_collective(WarpOperation operation, unsigned mask, std::uint64_t value, int source,
                                     Place place) {
  const int warp = current_ / warp_lanes;
  GpuThread& me = threads_[current_];
  me.operation = operation;
  me.mask = mask;
  me.posted = value;
  me.source = source & (warp_lanes - 1);
  me.place = place;
  if (!(mask & bit(lane()))) fault("it calls a warp operation whose mask does not name it" + situation());
  me.state = GpuThread::State::in_warp_operation;
  // Only __syncwarp orders memory; a shuffle moves registers.
  const bool orders = operation == WarpOperation::synchronise;
  char* const order = &warps_[warp_count_[warp] % 2][warp];
  if (orders) happens_before(order);
  complete_warp(warp, mask);
  run_someone_else();
  if (orders) happens_after(order);
  return me.received;
}

void Block::wake_lanes_waiting_for(int exited) {
  const int warp = exited / warp_lanes, first = warp * warp_lanes;
  for (int i = first; i < std::min(count_, first + warp_lanes); ++i)
    if (threads_[i].state == GpuThread::State::in_warp_operation && complete_warp(warp, threads_[i].mask))
      return;
}

}  // namespace triptych::emulator
