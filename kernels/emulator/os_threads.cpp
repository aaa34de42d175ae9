#include "kernels/emulator/os_threads.h"

#include "kernels/emulator/options.h"

namespace triptych::emulator {

OsThreads& OsThreads::instance() {
  static OsThreads threads;
  return threads;
}

OsThreads::~OsThreads() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void OsThreads::run(const std::function<void()>& work) {
  const std::lock_guard one(one_launch_);
  const int others = options().os_threads - 1;
  if (others <= 0) return work();
  start(others);
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    busy_ = static_cast<int>(threads_.size());
    ++round_;
  }
  wake_.notify_all();
  work();
  std::unique_lock lock(mutex_);
  finished_.wait(lock, [&] { return busy_ == 0; });
}

void OsThreads::start(int count) {
  while (static_cast<int>(threads_.size()) < count)
    threads_.emplace_back([this, seen = round_] { wait_for_work(seen); });
}

void OsThreads::wait_for_work(unsigned seen) {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return stop_ || round_ != seen; });
    if (stop_) return;
    seen = round_;
    const std::function<void()>* work = work_;
    lock.unlock();
    (*work)();
    lock.lock();
    if (--busy_ == 0) finished_.notify_one();
  }
}

}  // namespace triptych::emulator
