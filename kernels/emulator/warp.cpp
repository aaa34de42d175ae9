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
  if (first && first->operation == WarpOperation::synchronise) ++time_;
  if (first && first->operation == WarpOperation::together) {
    if (living != mask)
      fault("missing lanes: ldmatrix and mma.sync take all 32 lanes of a warp" + situation());
    void* arguments[warp_lanes];
    for (int i = 0; i < count; ++i) arguments[i] = reinterpret_cast<void*>(lanes[i].posted);
    first->work(arguments);
  }
  for (int i = 0; i < count; ++i) {
    GpuThread& t = lanes[i];
    if (!(living & bit(i))) continue;
    if (t.operation == WarpOperation::synchronise) t.synced = time_;
    if (t.operation == WarpOperation::ballot)
      t.received = ballot;
    else
      t.received = living & bit(t.source) ? lanes[t.source].posted : value_of_an_absent_lane;
    t.state = GpuThread::State::ready;
    --in_warp_operation_;
    ++ready_;
  }
  ++warp_count_[warp];
  return living != 0;
}

std::uint64_t Block::warp_collective(WarpOperation operation, unsigned mask, std::uint64_t value, int source,
                                     Place place) {
  if (unsettled_) settle();
  const int warp = current_ / warp_lanes;
  GpuThread& me = threads_[current_];
  me.operation = operation;
  me.mask = mask;
  me.posted = value;
  me.source = source & (warp_lanes - 1);
  me.place = place;
  if (!(mask & bit(lane()))) fault("it calls a warp operation whose mask does not name it" + situation());
  me.state = GpuThread::State::in_warp_operation;
  ++in_warp_operation_;
  // Only __syncwarp orders memory; a shuffle moves registers.
  const bool orders = operation == WarpOperation::synchronise;
  char* const order = &warps_[warp_count_[warp] % 2][warp];
  if (orders) happens_before(order);
  complete_warp(warp, mask);
  run_someone_else();
  if (orders) happens_after(order);
  return me.received;
}

void Block::work_together(void (*work)(void* const*), void* mine, Place place) {
  threads_[current_].work = work;
  warp_collective(WarpOperation::together, ~0u, reinterpret_cast<std::uint64_t>(mine), 0, place);
}

// A lane waits here until no other lane of the block can run: then those of its warp that wait at the same
// place are active together.
unsigned Block::active_lanes(Place place) {
  if (unsettled_) settle();
  GpuThread& me = threads_[current_];
  me.operation = WarpOperation::active;
  me.mask = 0;
  me.place = place;
  me.state = GpuThread::State::in_warp_operation;
  ++in_warp_operation_;
  run_someone_else();
  return static_cast<unsigned>(me.received);
}

// Returns false if no lane waits so.
bool Block::complete_active() {
  if (in_warp_operation_ == 0) return false;
  const auto waits = [](const GpuThread& t) {
    return t.state == GpuThread::State::in_warp_operation && t.operation == WarpOperation::active;
  };
  bool any = false;
  for (int i = 0; i < count_; ++i) {
    if (!waits(threads_[i])) continue;
    any = true;
    const Place place = threads_[i].place;
    const int first = i / warp_lanes * warp_lanes, end = std::min(count_, first + warp_lanes);
    unsigned together = 0;
    for (int lane = i; lane < end; ++lane)
      if (waits(threads_[lane]) && threads_[lane].place.line == place.line) together |= bit(lane - first);
    for (int lane = i; lane < end; ++lane) {
      if (!(together & bit(lane - first))) continue;
      threads_[lane].received = together;
      threads_[lane].state = GpuThread::State::ready;
      --in_warp_operation_;
      ++ready_;
    }
  }
  return any;
}

void Block::wake_lanes_waiting_for(int exited) {
  if (in_warp_operation_ == 0) return;
  const int warp = exited / warp_lanes, first = warp * warp_lanes;
  for (int i = first; i < std::min(count_, first + warp_lanes); ++i)
    if (threads_[i].state == GpuThread::State::in_warp_operation && complete_warp(warp, threads_[i].mask))
      return;
}

}  // namespace triptych::emulator
