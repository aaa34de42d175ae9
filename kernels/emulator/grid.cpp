#include "kernels/emulator/grid.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <vector>

#include "kernels/emulator/block.h"
#include "kernels/emulator/os_threads.h"
#include "kernels/emulator/signals.h"

namespace triptych::emulator {
namespace {

// State shared by the OS threads that run the blocks of one launch.
struct Grid {
  Grid(const Launch& launch_, const Order& order_)
      : launch(launch_), order(order_), count(std::uint64_t(launch.grid.x) * launch.grid.y * launch.grid.z) {}

  const Launch& launch;
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
  block.prepare(grid.launch);
  for (std::uint64_t k; !grid.stop && (k = grid.next++) < grid.count;) {
    const std::uint64_t number = grid.block_at(k);
    try {
      block.run(grid.launch, number, grid.order);
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

void run_grid(const Launch& launch, const Order& order) {
  handle_signals();
  Grid grid(launch, order);
  if (order.kind == Order::Kind::random) {
    grid.shuffled.resize(grid.count);
    ScheduleRandom random(order.seed);
    fill_in_order(grid.shuffled.data(), static_cast<int>(grid.count), order.kind, random);
  }
  if (grid.count == 1)
    run_blocks(grid);
  else
    OsThreads::instance().run([&] { run_blocks(grid); });
  if (grid.fault) throw *grid.fault;
}

}  // namespace triptych::emulator
