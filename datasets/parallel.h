#pragma once
#include <algorithm>
#include <exception>
#include <mutex>
#include <string>
#include <vector>

#include "kernels/real.h"

namespace triptych {

struct Failure {
  Index index;
  std::string message;
};

// body(i) for i = 0 .. count - 1 on `threads` threads. An exception must not leave a parallel loop, and one
// bad image of a thousand should not hide the others: all are caught, and returned in the order of i.
template <class Body>
std::vector<Failure> try_in_parallel(Index count, int threads, Body body) {
  std::mutex mutex;
  std::vector<Failure> failures;
#pragma omp parallel for num_threads(threads) schedule(dynamic)
  for (Index i = 0; i < count; ++i) {
    try {
      body(i);
    } catch (const std::exception& error) {
      const std::lock_guard lock(mutex);
      failures.push_back({i, error.what()});
    }
  }
  std::sort(failures.begin(), failures.end(),
            [](const Failure& a, const Failure& b) { return a.index < b.index; });
  return failures;
}

// Nothing when there are no failures, else an Error with the message of the first and the number of the
// others.
void require_no_failures(const std::vector<Failure>& failures);

}  // namespace triptych
