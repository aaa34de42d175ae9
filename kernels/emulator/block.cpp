#include "kernels/emulator/block.h"

#include <cstdlib>
#include <utility>

#include "kernels/emulator/memory.h"
#include "kernels/emulator/options.h"
#include "kernels/emulator/signals.h"
#include "kernels/emulator/symbols.h"

namespace triptych::emulator {
namespace {

thread_local Block* running = nullptr;

}  // namespace

Block::Block() : threads_(new GpuThread[most_threads]), order_(new int[most_threads]) {}

Block::~Block() {
  std::free(dynamic_shared_);
  for (int i = 0; i < most_threads; ++i) threads_[i].fiber.forget();
  delete[] threads_;
  delete[] order_;
}

void Block::prepare(const LaunchedGrid& grid) {
  const Launch& launch = grid.launch;
  shared_arrays_ = shared_arrays_of(launch.name);
  counts_ = grid.counts;
  code_ = load_offset(launch.function);
  forget_all_shared_memory();
  last_range_ = nullptr;  // the ranges of global memory are the launch's own
  if (launch.shared_bytes != dynamic_shared_bytes_ || !dynamic_shared_) {
    std::free(dynamic_shared_);
    dynamic_shared_bytes_ = launch.shared_bytes;
    dynamic_shared_ = allocate_dynamic_shared(launch.shared_bytes);
    generation_ = 0;
  }
  if (instrumented && generation_ != grid.shadow.generation()) watch_shared_memory();
  generation_ = grid.shadow.generation();
}

void Block::run(const LaunchedGrid& launched, std::uint64_t number, const Order& order) {
  const Launch& launch = launched.launch;
  launch_ = &launch;
  accessor_.start(launched.shadow, number);
  global_ranges_ = &launched.memory;
  watching_ = launched.watching;
  time_ = 1, barrier_time_ = 0;
  last_barrier_ = {};
  doubt_ = {};
  read_of_others_ = 0;
  unsettled_ = false;
  votes_[0] = votes_[1] = 0;
  fault_place_ = {};
  kind_ = order.kind;
  random_ = ScheduleRandom(order.seed * 0x10001 + number);
  const dim3 grid = launch.grid, size = launch.block;
  blockDim = size;
  gridDim = grid;
  blockIdx = {static_cast<unsigned>(number % grid.x), static_cast<unsigned>(number / grid.x % grid.y),
              static_cast<unsigned>(number / grid.x / grid.y)};
  count_ = static_cast<int>(size.x * size.y * size.z);
  for (int i = 0; i < count_; ++i) {
    const unsigned n = static_cast<unsigned>(i);
    threads_[i].index = {n % size.x, n / size.x % size.y, n / (size.x * size.y)};
    threads_[i].state = GpuThread::State::not_started;
    threads_[i].last_access = nullptr;
    threads_[i].has_left = false;
    threads_[i].synced = 0;
    threads_[i].suspicion = nullptr;
    threads_[i].reads.clear();
    threads_[i].copies.clear();
    threads_[i].groups = 0;
  }
  if (any_under_way_) is_under_way_.assign(is_under_way_.size(), 0);
  any_under_way_ = false;
  forget(shared_arrays_);
  forget(dynamic_shared_, dynamic_shared_bytes_);
  run_threads();
  if (counts_) counts_->finish_block();
  if (findings()) enter_suspicions();
  std::string place;
  if (faulty_ && fault_instruction_) place = source_of(fault_instruction_);
  if (faulty_ && touched_bad_address_) {
    problem_ = problem_for_address();
    fault_ = where() + (place.empty() ? "" : ", " + place) + ": " + problem_;
  } else if (faulty_ && fault_instruction_) {
    fault_ = where() + (place.empty() ? "" : ", " + place) + ": " + problem_;
  } else if (faulty_ && fault_place_.file) {
    place = std::string(fault_place_.file) + ":" + std::to_string(fault_place_.line);
  }
  current_ = -1;
  touched_bad_address_ = false;
  fault_instruction_ = nullptr;
  if (!std::exchange(faulty_, false)) return;
  throw Fault(std::exchange(fault_, {}), std::move(place), std::exchange(problem_, {}));
}

// Runs from the first thread until the last one, or a fault, switches back to the OS thread.
void Block::run_threads() {
  position_ = exited_ = in_warp_operation_ = 0;
  ready_ = count_;
  fill_in_order(order_, count_, kind_, random_);
  home_.adopt_os_thread();
  happens_before(&begin_);
  running = this;
  go_on_with(home_, next_to_run(), false);
  running = nullptr;
  happens_after(&end_);
  if (!faulty_) return;
  for (int i = 0; i < count_; ++i) threads_[i].fiber.forget();  // their calls will never return
}

// ---- the life of a GPU thread -----------------------------------------------------------------------------

// The first and only function on a fiber's stack. When its GPU thread has exited, the loop runs the next
// unstarted one on the same stack: a kernel without barriers is a plain loop without a switch.
void Block::entry() {
  Block& block = *running;
  Fiber::arrived(block.home_);
  for (;;) {
    happens_after(&block.begin_);
    block.launch_->call(block.launch_->closure);
    happens_before(&block.end_);
    block.finish_thread();
  }
}

// Returns when another GPU thread is to start on this stack.
void Block::finish_thread() {
  if (unsettled_) settle();
  GpuThread& finished = threads_[current_];
  finished.state = GpuThread::State::exited;
  ++exited_;
  wake_lanes_waiting_for(current_);
  const int next = next_to_run();
#ifndef TRIPTYCH_THREAD_SANITIZER  // it has to see every GPU thread as a separate thread
  if (next >= 0 && threads_[next].state == GpuThread::State::not_started) {
    pass_stack_on(finished, next);
    make_current(next);
    return;
  }
#endif
  if (next < 0)
    Fiber::switch_to(finished.fiber, home_, true);
  else
    go_on_with(finished.fiber, next, true);
  std::abort();  // a fiber that has ended is never resumed
}

void Block::pass_stack_on(GpuThread& finished, int next) {
  std::swap(finished.stack, threads_[next].stack);
  std::swap(finished.has_stack, threads_[next].has_stack);
  std::swap(finished.fiber, threads_[next].fiber);
}

void Block::make_current(int thread) {
  --ready_;
  current_ = thread;
  threads_[thread].state = GpuThread::State::running;
  threadIdx = threads_[thread].index;
}

void Block::go_on_with(Fiber& from, int thread, bool from_ends) {
  GpuThread& next = threads_[thread];
  if (next.state == GpuThread::State::not_started) {
    if (!next.has_stack) next.stack = stacks_.take();
    next.has_stack = true;
    next.fiber.prepare(next.stack, &Block::entry);
  }
  make_current(thread);
  Fiber::switch_to(from, next.fiber, from_ends);
}

// ---- scheduling -------------------------------------------------------------------------------------------

void Block::new_round() {
  position_ = 0;
  if (kind_ == Order::Kind::random) random_.shuffle(order_, count_);
}

// The next runnable GPU thread, or -1 when all have exited.
int Block::next_to_run() {
  if (ready_ == 0) {
    if (exited_ == count_) return -1;
    if (!complete_active()) open_barrier();
  }
  for (;; ++position_) {
    if (position_ == count_) new_round();
    const GpuThread::State state = threads_[order_[position_]].state;
    if (state == GpuThread::State::not_started || state == GpuThread::State::ready)
      return order_[position_++];
  }
}

// No thread can run. If all that have not exited wait at the same barrier, it opens; otherwise this is a
// fault.
void Block::open_barrier() {
  const GpuThread* first = nullptr;
  for (int i = 0; i < count_; ++i) {
    const GpuThread& t = threads_[i];
    if (t.state == GpuThread::State::exited) continue;
    if (!first) first = &t;
    if (t.state != GpuThread::State::at_barrier || t.place.line != first->place.line ||
        t.place.file != first->place.file)
      fault_no_thread_can_run();
  }
  const Place place = first->place;
  for (int i = 0; i < count_; ++i)
    if (threads_[i].state == GpuThread::State::exited && !threads_[i].has_left &&
        went_around(threads_[i], place))
      fault_no_thread_can_run();
  for (int i = 0; i < count_; ++i) {
    GpuThread& t = threads_[i];
    if (t.state == GpuThread::State::exited)
      t.has_left = true;
    else
      t.state = GpuThread::State::ready;
    t.last_access = nullptr;
  }
  last_barrier_ = place;
  ready_ = count_ - exited_;
  barrier_time_ = ++time_;
  ++barrier_count_;
  votes_[barrier_count_ % 2] = 0;
  new_round();
}

void Block::run_someone_else() {
  GpuThread& me = threads_[current_];
  const int next = next_to_run();
  if (&threads_[next] == &me)
    make_current(next);
  else
    go_on_with(me.fiber, next, false);
}

void Block::wait_at_barrier(Place place) {
  const Options& asked = options();
  if (asked.drop_line == place.line && asked.drop_line != 0 &&
      std::string_view(place.file).ends_with(asked.drop_file))
    return;
  if (unsettled_) settle();
  GpuThread& me = threads_[current_];
  me.state = GpuThread::State::at_barrier;
  me.place = place;
  char* const order = &barriers_[barrier_count_ % 2];
  happens_before(order);
  run_someone_else();
  happens_after(order);
}

int Block::counting_barrier(bool predicate, Place place) {
  int& votes = votes_[barrier_count_ % 2];
  votes += predicate;
  wait_at_barrier(place);
  return votes;
}

// ---- faults -----------------------------------------------------------------------------------------------

void Block::fault(std::string what) {
  faulty_ = true;
  if (!fault_place_.file) fault_place_ = threads_[current_].place;
  problem_ = std::exchange(what, {});  // emptied here: this frame never returns, so no destructor runs
  fault_ = where() + ": " + problem_;
  happens_before(&end_);
  Fiber::switch_to(threads_[current_].fiber, home_, true);
  std::abort();  // the block has ended
}

void Block::fault_at_address(const void* address, const void* at) {
  faulty_ = touched_bad_address_ = true;
  fault_address_ = address;
  fault_instruction_ = at;
  Fiber::leave_to(home_);
}

// These leave the kernel's stack, which may be too small for a search in the program's symbols.
void Block::fault_at_instruction(std::string what, const void* at) {
  fault_instruction_ = at;
  faulty_ = true;
  problem_ = std::exchange(what, {});
  Fiber::switch_to(threads_[current_].fiber, home_, true);
  std::abort();  // the block has ended
}

void Block::fault_in_source(std::string what, Place place) {
  threads_[current_].place = fault_place_ = place;
  faulty_ = true;
  problem_ = std::exchange(what, {});
  fault_ = where() + ": " + place.file + ":" + std::to_string(place.line) + ": " + problem_;
  Fiber::switch_to(threads_[current_].fiber, home_, true);
  std::abort();  // the block has ended
}

std::string Block::problem_for_address() {
  if (stacks_.is_overflow(fault_address_))
    return "stack overflow: its arrays and calls need more than " + std::to_string(Stacks::bytes >> 10) +
           " KiB of local memory";
  return describe_bad_address(fault_address_);
}

// ---- the functions that kernels call ----------------------------------------------------------------------

Block& this_block() {
  thread_local Block block;
  return block;
}

Block* running_block() {
  return running;
}

bool is_on_gpu_thread() {
  return running != nullptr;
}
void leave_kernel_with_bad_address(const void* address, const void* instruction) {
  running->fault_at_address(address, instruction);
}

void barrier(Place place) {
  running->wait_at_barrier(place);
}

std::uint64_t warp_collective(WarpOperation operation, unsigned mask, std::uint64_t value, int source,
                              Place place) {
  return running->warp_collective(operation, mask, value, source, place);
}

int counting_barrier(int predicate, Place place) {
  return running->counting_barrier(predicate != 0, place);
}

unsigned active_lanes(Place place) {
  return running->active_lanes(place);
}

void fail_here(const char* what, Place place) {
  running->fault_in_source(what, place);
}

int lane() {
  return running->lane();
}

void* dynamic_shared_memory() {
  return running->dynamic_shared();
}

}  // namespace triptych::emulator
