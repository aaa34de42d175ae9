#pragma once
#include <algorithm>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "engine/stop.h"
#include "kernels/real.h"

namespace triptych {

struct Failure {
  Index index;
  std::string message;
};

// Told how many of the parts of a piece of work are done. Calls come from any of the threads that work, one
// at a time.
using OnProgress = std::function<void(Index done, Index total)>;

// body(i) for i = 0 .. count - 1 on `threads` threads. An exception must not leave a parallel loop, and one
// bad image of a thousand should not hide the others: all are caught, and returned in the order of i.
// Throws Interrupted when a stop is requested (engine/stop.h).
template <class Body>
std::vector<Failure> try_in_parallel(Index count, int threads, Body body, const OnProgress& progress = {}) {
  std::mutex mutex;
  std::vector<Failure> failures;
  Index done = 0;
  const bool stoppable = !stop_shielded();
#pragma omp parallel for num_threads(threads) schedule(dynamic)
  for (Index i = 0; i < count; ++i) {
    if (stoppable && stop_requested()) continue;
    try {
      body(i);
    } catch (const std::exception& error) {
      const std::lock_guard lock(mutex);
      failures.push_back({i, error.what()});
    }
    if (!progress) continue;
    const std::lock_guard lock(mutex);
    progress(++done, count);
  }
  stop_point();
  std::sort(failures.begin(), failures.end(),
            [](const Failure& a, const Failure& b) { return a.index < b.index; });
  return failures;
}

// Nothing when there are no failures, else an Error with the message of the first and the number of the
// others.
void require_no_failures(const std::vector<Failure>& failures);

}  // namespace triptych
