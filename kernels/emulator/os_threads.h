#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace triptych::emulator {

// The OS threads that run blocks. They persist between launches: a launch can be shorter than the creation of
// a thread.
class OsThreads {
 public:
  static OsThreads& instance();
  ~OsThreads();

  // Calls work() on every OS thread (options().os_threads of them, including the caller) and returns when all
  // calls have returned. Launches are serialised: a second caller waits.
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
