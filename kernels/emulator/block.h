#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernels/emulator/access_counts.h"
#include "kernels/emulator/barriers.h"
#include "kernels/emulator/executor.h"
#include "kernels/emulator/fiber.h"
#include "kernels/emulator/findings.h"
#include "kernels/emulator/global_shadow.h"
#include "kernels/emulator/schedule.h"
#include "kernels/emulator/shared_memory.h"
#include "kernels/emulator/stacks.h"

namespace triptych::emulator {

inline constexpr int warp_lanes = 32;
inline constexpr int most_threads = 1024;  // per block, on every GPU

enum class Touch : std::uint8_t { read, write, change };

// A cp.async that a thread has not waited for.
struct AsyncCopy {
  char* to;
  const char* from;
  int bytes, from_bytes;  // from_bytes of them, and zeros behind
  bool done;
  int group;                    // commit_group ends a group
  std::span<GlobalCell> cells;  // of the target; empty where accesses are not watched
};

// One GPU thread of the running block.
struct GpuThread {
  enum class State : std::uint8_t { not_started, ready, running, at_barrier, in_warp_operation, exited };
  uint3 index{};
  State state = State::not_started;
  bool has_stack = false;
  bool has_left = false;  // exited before a barrier that has opened since
  Stack stack;
  Fiber fiber;
  Place place;                        // the position of the barrier it waits at
  const void* last_access = nullptr;  // to memory, since the last barrier: where that instruction returns to
  std::uint32_t synced = 0;           // the block's time at its last __syncwarp
  // Where findings are collected: what it has read, and a word whose reading was a race.
  RecentReads reads;
  Suspicion* suspicion = nullptr;
  std::uint64_t suspicious_word = 0;
  // Its argument and result of a warp operation.
  WarpOperation operation{};
  unsigned mask = 0;
  int source = 0;
  std::uint64_t posted = 0, received = 0;
  void (*work)(void* const* lanes) = nullptr;
  std::vector<AsyncCopy> copies;
  int groups = 0;  // of copies, that it has committed
};

// Global memory, or an array in shared memory, with a shadow cell for each word.
struct WatchedRange {
  std::uint64_t low, begin, end, limit;  // between low and begin, end and limit there is nothing else: slack
  GlobalCell* cells;
  unsigned char* written = nullptr;  // as in Allocation
};

// What every block of a launch needs.
struct LaunchedGrid {
  const Launch& launch;
  std::vector<WatchedRange> memory;  // all global memory, ascending
  GlobalShadow& shadow;
  bool watching;                   // whether accesses are checked
  AccessCounts* counts = nullptr;  // where they are counted, on one OS thread; else null
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
  void run(const LaunchedGrid& grid, std::uint64_t number, const Order& order);
  // Sets up the shared memory, before the first block of a launch.
  void prepare(const LaunchedGrid& grid);

  // Called by the running GPU thread.
  void wait_at_barrier(Place place);
  std::uint64_t warp_collective(WarpOperation operation, unsigned mask, std::uint64_t value, int source,
                                Place place);
  int counting_barrier(bool predicate, Place place);
  unsigned active_lanes(Place place);
  // When all 32 lanes have arrived, the last one calls work with the `mine` of each.
  void work_together(void (*work)(void* const* lanes), void* mine, Place place);
  // async_copies.cpp
  void begin_copy(void* to, const void* from, int bytes, int from_bytes, const void* at);
  void commit_copies();
  void end_copies(int groups);  // all but the last `groups` groups
  void* shared_at(std::uint32_t address);
  int lane() const { return current_ % warp_lanes; }
  void* dynamic_shared() const { return dynamic_shared_; }

  // An access to memory, announced by the instruction that returns to `at`; a fence.
  void access(const void* address, std::size_t bytes, Touch touch, AccessKind kind, const void* at);
  void fence(bool device);

  // Ends the block with this message. Does not return to the kernel.
  [[noreturn]] void fault(std::string what);
  // The same from a signal handler: the running thread accessed `address` in the instruction at `at`.
  [[noreturn]] void fault_at_address(const void* address, const void* at);
  [[noreturn]] void fault_at_instruction(std::string what, const void* at);
  [[noreturn]] void fault_in_source(std::string what, Place place);

 private:
  // Two writes of one word; whether of the same value is known when the second is done.
  struct Doubt {
    const char* problem = nullptr;
    AccessEntry other = 0;
    std::uint32_t other_site = 0;
    const WatchedRange* range = nullptr;
    std::uint64_t word = 0;
    const void* at = nullptr;
    unsigned char before[4] = {};
  };
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

  void watch_shared_memory();
  const WatchedRange* watched(std::uint64_t address);
  Moment moment() const;
  bool is_shared(const WatchedRange& range) const {
    return &range >= shared_ranges_.data() && &range < shared_ranges_.data() + shared_ranges_.size();
  }
  std::size_t index_of(const GlobalCell& cell) const {
    return static_cast<std::size_t>(&cell - shared_cells_.data());
  }
  std::span<GlobalCell> shared_cells_at(std::uint64_t address, int bytes, const void* at);
  void settle_copy(const AsyncCopy& copy);
  void settle();
  void fail_doubt();
  void note_doubt(const Doubt& doubt);
  std::string details_of(const Doubt& doubt) const;
  void check_written(const WatchedRange& range, std::uint64_t word, unsigned touched, Touch touch,
                     const void* at);
  void watch_update(std::uint64_t word, Touch touch);
  const SharedArray* array_before(std::uint64_t address) const;
  void enter_suspicions();
  bool went_around(const GpuThread& thread, Place barrier) const;

  bool complete_warp(int warp, unsigned mask);
  bool complete_active();
  void wake_lanes_waiting_for(int exited);
  [[noreturn]] void fault_no_thread_can_run();
  std::string where() const;
  std::string situation() const;
  std::string problem_for_address();

  GpuThread* threads_;  // an array of most_threads, kept from launch to launch
  int* order_;          // in which threads are visited between two barriers
  int count_ = 0, current_ = -1, position_ = 0, ready_ = 0, exited_ = 0;
  int in_warp_operation_ = 0;  // threads in that state
  Order::Kind kind_ = Order::Kind::forward;
  ScheduleRandom random_;
  const Launch* launch_ = nullptr;
  Fiber home_;  // the OS thread
  Stacks stacks_;

  std::span<const SharedArray> shared_arrays_;
  char* dynamic_shared_ = nullptr;
  std::size_t dynamic_shared_bytes_ = 0;

  // The shadows. The clock advances at barriers, __syncwarp and fences.
  GlobalAccessor accessor_;
  bool watching_ = false;
  std::uint32_t time_ = 1, barrier_time_ = 0;
  Place last_barrier_;
  const std::vector<WatchedRange>* global_ranges_ = nullptr;
  std::vector<WatchedRange> shared_ranges_;
  std::vector<GlobalCell> shared_cells_;
  std::vector<unsigned char> is_under_way_;  // of each of these cells: it is the target of a cp.async
  bool any_under_way_ = false;               // since the block began
  std::uint64_t generation_ = 0;             // of the shadow, for which these are clear
  const WatchedRange* last_range_ = nullptr;
  Doubt doubt_;
  std::uint64_t read_of_others_ = 0;  // an atomic or volatile read: what was published there is acquired then
  bool unsettled_ = false;            // one of the two

  // Where findings are collected.
  Suspicions suspicions_;
  AccessCounts* counts_ = nullptr;
  std::uint64_t code_ = 0;  // where the code begins: the numbers of its instructions count from there

  bool faulty_ = false, touched_bad_address_ = false;
  Place fault_place_;            // where it has no instruction
  std::string fault_, problem_;  // the whole message, and what is wrong
  const void* fault_address_ = nullptr;
  const void* fault_instruction_ = nullptr;

  // Addresses for the thread sanitizer. Barriers alternate between two: a thread that waits at the next
  // barrier must not be ordered before one that has not yet left this one.
  char begin_ = 0, end_ = 0, barriers_[2] = {}, warps_[2][most_threads / warp_lanes] = {};
  int votes_[2] = {};  // of __syncthreads_count, for this barrier and the next one
  std::uint64_t barrier_count_ = 0, warp_count_[most_threads / warp_lanes] = {};
};

// The block of this OS thread, created at the first call.
Block& this_block();
// Whether the running launch is one whose accesses are checked: asked at every access.
extern bool accesses_are_watched;
// The block whose GPU thread the caller is; null outside of kernels.
Block* running_block();

}  // namespace triptych::emulator
