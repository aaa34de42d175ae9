#include "kernels/emulator/grid.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <vector>

#include "kernels/emulator/block.h"
#include "kernels/emulator/memory.h"
#include "kernels/emulator/os_threads.h"
#include "kernels/emulator/signals.h"

namespace triptych::emulator {
namespace {

GlobalShadow& global_shadow() {
  static GlobalShadow& shadow = *new GlobalShadow;  // contexts may outlive static objects
  return shadow;
}

AccessCounts* counts_of_process = nullptr;

// All memory that a kernel may access, for a launch that begins now.
std::vector<WatchedRange> watch_global_memory(GlobalShadow& shadow, std::uint64_t blocks) {
  const std::vector<Allocation> allocations = DeviceMemory::instance().allocations();
  std::vector<GlobalShadow::Range> memory;
  std::vector<WatchedRange> watched;
  for (const Allocation& a : allocations) {
    const auto begin = reinterpret_cast<std::uint64_t>(a.start);
    memory.push_back({begin, begin + a.bytes});
    watched.push_back(
        {begin - a.slack_before(), begin, begin + a.bytes, begin + a.bytes + a.slack(), nullptr, a.written});
  }
  shadow.start_launch(memory, blocks);
  for (WatchedRange& range : watched) range.cells = shadow.cells_at(range.begin);
  return watched;
}

// State shared by the OS threads that run the blocks of one launch.
struct Grid {
  Grid(const Launch& launch_, const Order& order_)
      : launch(launch_), order(order_), count(std::uint64_t(launch.grid.x) * launch.grid.y * launch.grid.z) {
    accesses_are_watched = launched.watching;
    if (launched.watching) launched.memory = watch_global_memory(launched.shadow, count);
  }

  const Launch& launch;
  LaunchedGrid launched{launch, {}, global_shadow(), instrumented&& options().watch, current_access_counts()};
  const Order& order;
  std::uint64_t count;
  std::vector<std::uint32_t> shuffled;  // for a random order: the k-th block
  std::atomic<std::uint64_t> next = 0;
  std::atomic<bool> stop = false;
  std::mutex mutex;
  std::uint64_t faulty_block = 0;
  std::optional<Fault> fault;

  std::uint64_t block_at(std::uint64_t k) const {
    if (order.kind == Order::Kind::reverse) return count - 1 - k;
    return shuffled.empty() ? k : shuffled[k];
  }
};

void run_blocks(Grid& grid) {
  give_signals_a_stack();
  Block& block = this_block();
  block.prepare(grid.launched);
  for (std::uint64_t k; !grid.stop && (k = grid.next++) < grid.count;) {
    const std::uint64_t number = grid.block_at(k);
    try {
      block.run(grid.launched, number, grid.order);
    } catch (const Fault& fault) {
      const std::lock_guard lock(grid.mutex);
      if (!grid.fault || number < grid.faulty_block) {
        grid.fault = fault;
        grid.faulty_block = number;
      }
      grid.stop = true;
    }
  }
}

}  // namespace

void count_accesses(AccessCounts* into) {
  counts_of_process = into;
}
AccessCounts* current_access_counts() {
  return counts_of_process;
}

void run_grid(const Launch& launch, const Order& order) {
  handle_signals();
  Grid grid(launch, order);
  if (order.kind == Order::Kind::random) {
    grid.shuffled.resize(grid.count);
    ScheduleRandom random(order.seed);
    fill_in_order(grid.shuffled.data(), static_cast<int>(grid.count), order.kind, random);
  }
  if (grid.count == 1 || options().os_threads == 1)
    run_blocks(grid);
  else
    OsThreads::instance().run([&] { run_blocks(grid); });
  if (grid.fault) throw *grid.fault;
}

}  // namespace triptych::emulator
