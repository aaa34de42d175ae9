#pragma once
#include <cstdint>
#include <string>

#include "kernels/emulator/barriers.h"
#include "kernels/emulator/executor.h"
#include "kernels/emulator/fiber.h"
#include "kernels/emulator/schedule.h"
#include "kernels/emulator/shared_memory.h"
#include "kernels/emulator/stacks.h"

namespace triptych::emulator {

inline constexpr int warp_lanes = 32;
inline constexpr int most_threads = 1024;  // per block, on every GPU

// One GPU thread of the running block.
struct GpuThread {
  enum class State : std::uint8_t { not_started, ready, running, at_barrier, in_warp_operation, exited };
  uint3 index{};
  State state = State::not_started;
  bool has_stack = false;
  Stack stack;
  Fiber fiber;
  Place place;  // the position of the barrier it waits at
  // Its argument and result of a warp operation.
  WarpOperation operation{};
  unsigned mask = 0;
  int source = 0;
  std::uint64_t posted = 0, received = 0;
};

// A thread block on one OS thread: its GPU threads are fibers, of which one runs at a time. A GPU thread runs
// until it exits or has to wait (at a barrier, or in a warp operation for other lanes); then the next
// runnable one continues. The whole scheduler is one function, next_to_run(), which the fibers call
// themselves: no scheduler fiber is involved.
//
// Only one OS thread accesses a Block. This code is compiled without the sanitizers' instrumentation, which
// would treat the fibers as threads that share it.
class Block {
 public:
  Block();
  ~Block();
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  // Runs all GPU threads of block `number` to completion. Throws Fault.
  void run(const Launch& launch, std::uint64_t number, const Order& order);
  // Sets up the shared memory, before the first block of a launch.
  void prepare(const Launch& launch);

  // Called by the running GPU thread.
  void wait_at_barrier(Place place);
  std::uint64_t warp_collective(WarpOperation operation, unsigned mask, std::uint64_t value, int source,
                                Place place);
  int lane() const { return current_ % warp_lanes; }
  void* dynamic_shared() const { return dynamic_shared_; }

  // Ends the block with this message. Does not return to the kernel.
  [[noreturn]] void fault(std::string what);
  // The same from a signal handler: the running thread accessed `address` in the instruction at `at`.
  [[noreturn]] void fault_at_address(const void* address, const void* at);

 private:
  static void entry();
  void run_threads();
  void finish_thread();
  int next_to_run();
  void open_barrier();
  void go_on_with(Fiber& from, int thread, bool from_ends);
  void make_current(int thread);
  void new_round();
  void run_someone_else();
  void pass_stack_on(GpuThread& finished, int next);

  bool complete_warp(int warp, unsigned mask);
  void wake_lanes_waiting_for(int exited);
  [[noreturn]] void fault_nobody_can_run();
  std::string where() const;
  std::string situation() const;
  std::string sentence_for_address();

  GpuThread* threads_;  // an array of most_threads, kept from launch to launch
  int* order_;          // in which threads are visited between two barriers
  int count_ = 0, current_ = -1, position_ = 0, ready_ = 0, exited_ = 0;
  Order::Kind kind_ = Order::Kind::forward;
  ScheduleRandom random_;
  const Launch* launch_ = nullptr;
  Fiber home_;  // the OS thread
  Stacks stacks_;

  std::span<const SharedArray> shared_arrays_;
  char* dynamic_shared_ = nullptr;
  std::size_t dynamic_shared_bytes_ = 0;

  bool faulty_ = false, touched_bad_address_ = false;
  std::string fault_;
  const void* fault_address_ = nullptr;
  const void* fault_instruction_ = nullptr;

  // Addresses for the thread sanitizer. Barriers alternate between two: a thread that waits at the next
  // barrier must not be ordered before one that has not yet left this one.
  char begin_ = 0, end_ = 0, barriers_[2] = {}, warps_[2][most_threads / warp_lanes] = {};
  std::uint64_t barrier_count_ = 0, warp_count_[most_threads / warp_lanes] = {};
};

// The block of this OS thread, created at the first call.
Block& this_block();

}  // namespace triptych::emulator
