#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace triptych::emulator {

// The OS threads that run blocks. They wait between launches, since a launch can be shorter than the start of
// a thread.
class OsThreads {
 public:
  static OsThreads& instance();
  ~OsThreads();

  // Calls work() on every OS thread (options().os_threads of them, the caller among them) and returns when
  // all calls have. One launch at a time: a second caller waits.
  void run(const std::function<void()>& work);

 private:
  void start(int count);
  void wait_for_work(unsigned seen);

  std::mutex one_launch_, mutex_;
  std::condition_variable wake_, finished_;
  std::vector<std::thread> threads_;
  const std::function<void()>* work_ = nullptr;
  unsigned round_ = 0;  // counts the calls of run
  int busy_ = 0;
  bool stop_ = false;
};

}  // namespace triptych::emulator
