#include "kernels/team.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "kernels/processors.h"

namespace triptych {
namespace {

// idle -> offered (by the caller) -> taken (by the worker) -> idle (by the worker), or back from offered to
// idle (by the caller, who found the work done).
enum State : int { idle, offered, taken, ended };

void pause() {
#ifdef __x86_64__
  __builtin_ia32_pause();
#else
  std::atomic_signal_fence(std::memory_order_seq_cst);
#endif
}

// Waits until `state` is no longer `old`: most waits are shorter than waking a thread takes, so first with a
// short spin. Not where there are more threads than processors: whoever is waited for may need this one.
void wait_while(std::atomic<int>& state, State old, bool spin) {
  using Clock = std::chrono::steady_clock;
  if (spin) {
    const auto end = Clock::now() + std::chrono::microseconds(50);
    do
      for (int i = 0; i < 32; ++i) {
        if (state.load(std::memory_order_acquire) != old) return;
        pause();
      }
    while (Clock::now() < end);
  }
  while (state.load(std::memory_order_acquire) == old) state.wait(old, std::memory_order_acquire);
}

}  // namespace

struct alignas(64) Team::Worker {  // a cache line of its own
  std::atomic<int> state = idle;
  std::atomic<bool> spin = true;
  int number = 0;
  Work work = nullptr;
  void* data = nullptr;
  std::thread thread;

  void serve() {
    for (;;) {
      wait_while(state, idle, spin);
      int found = offered;
      if (!state.compare_exchange_strong(found, taken, std::memory_order_acquire)) {
        if (found == ended) return;
        continue;  // the offer was withdrawn
      }
      work(data, number);
      state.store(idle, std::memory_order_release);
      state.notify_one();
    }
  }
};

Team::Team() = default;

Team::~Team() {
  for (const auto& worker : workers_) {
    worker->state.store(ended, std::memory_order_release);
    worker->state.notify_one();
  }
  for (const auto& worker : workers_) worker->thread.join();
}

void Team::run(int threads, Work work, void* data) {
  const auto others = static_cast<std::size_t>(threads > 1 && !running_ ? threads - 1 : 0);
  if (others == 0) return work(data, 0);
  const bool spin = threads <= available_processors();
  while (workers_.size() < others) {
    auto worker = std::make_unique<Worker>();
    worker->number = static_cast<int>(workers_.size()) + 1;
    worker->thread = std::thread([w = worker.get()] { w->serve(); });
    workers_.push_back(std::move(worker));
  }
  running_ = true;
  for (std::size_t i = 0; i < others; ++i) {
    Worker& worker = *workers_[i];
    worker.work = work, worker.data = data, worker.spin = spin;
    worker.state.store(offered, std::memory_order_release);
    worker.state.notify_one();
  }
  work(data, 0);
  for (std::size_t i = 0; i < others; ++i) {
    Worker& worker = *workers_[i];
    int found = offered;
    // Acquire, for a worker that has finished already: what it wrote is seen.
    if (worker.state.compare_exchange_strong(found, idle, std::memory_order_acquire)) continue;
    while (found == taken) {
      wait_while(worker.state, taken, spin);
      found = worker.state.load(std::memory_order_acquire);
    }
  }
  running_ = false;
}

}  // namespace triptych
