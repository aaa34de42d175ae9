// 1.1 A sum that does not depend on threads
//
// Floating-point addition is not associative: (a + b) + c and a + (b + c) may differ in the last bit. The
// function below adds up x with several threads (run one after the other here, which does not change the
// result): each sums its share, and the shares are added. So the result depends on the number of threads, and
// a training run cannot be repeated on another machine.
//
// Partition the work by the *shape* of the problem instead: into chunks of 4096 values, whichever thread
// works on them. A chunk is added from left to right, then the chunks are added from left to right. The
// result has the same bits for any number of threads.
#include <algorithm>

#include "exercises/exercises.h"

namespace triptych {

float sum_with_threads(std::span<const float> x, int threads) {
  const std::size_t share = (x.size() + threads - 1) / threads;
  std::vector<float> part(threads, 0.0f);
  for (int thread = 0; thread < threads; ++thread) {  // "in parallel"
    const std::size_t begin = std::min(x.size(), thread * share);
    const std::size_t end = std::min(x.size(), begin + share);
    for (std::size_t i = begin; i < end; ++i) part[thread] += x[i];
  }
  float total = 0;
  for (const float p : part) total += p;
  return total;
}

}  // namespace triptych
