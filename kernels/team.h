#pragma once
#include <memory>
#include <vector>

namespace triptych {

// The threads that share the work of one context's kernels. They are started when first needed, wait for the
// next call with a short spin and then asleep, and end with the team. Two teams share nothing.
//
// Not OpenMP's threads: those belong to the process, and GNU's spin for a millisecond after every loop, which
// on a busy machine takes the processor from whoever would do the work.
class Team {
 public:
  Team();
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  // work(data, thread) on at most `threads` threads at once; the caller is thread 0. `work` must take its
  // share from a common supply: a thread that has not begun when the caller runs out of work is not waited
  // for. Returns when no thread works any more. A call from within `work` runs on the caller alone.
  using Work = void (*)(void* data, int thread);
  void run(int threads, Work work, void* data);

 private:
  struct Worker;
  std::vector<std::unique_ptr<Worker>> workers_;  // thread i + 1
  bool running_ = false;
};

}  // namespace triptych
