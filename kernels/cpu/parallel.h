#pragma once
// How threads share the work of a kernel. One thread computes a work item from start to end. Sums are split
// into items by the shape of the problem, never by the number of threads, and the partial sums are added in
// the order of the items, so the schedule changes no bit of a result.
#include "kernels/context.h"
#include "kernels/cpu/simd.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// Waking the other threads takes some microseconds: kernels with fewer elementary operations run on one
// thread.
constexpr Index worth_sharing = 1 << 15;
// Elements of one piece of a long array: 64 KiB, so that two such pieces fit the L2 cache of any processor.
constexpr Index piece = 1 << 14;

// Calls body(item, thread) for each of `items`, on all threads of the context if they are `shared`.
//
// Each thread first processes its own queue of consecutive items, the same ones at every call: data that one
// kernel leaves in the cache of a core is there for the next kernel, and cache lines stay on the core that
// wrote them. Threads whose queue is empty steal items from the other queues, so the others do not wait for a
// slow or busy core.
template <class Body>
void share_out(Context& context, bool shared, Index items, Body body) {
  if (!shared) {
    for (Index item = 0; item < items; ++item) body(item, 0);
    return;
  }
  struct alignas(64) Queue {  // each on its own cache line
    Index next, end;
  };
  constexpr Index most_queues = 64;  // threads beyond them only steal
  struct Work {
    Body& body;
    Queue* queues;
    Index parts;
  };
  Queue queues[most_queues];
  const Cut cut = {items, minimum(context.threads, minimum(most_queues, items))};
  for (Index q = 0; q < cut.parts; ++q) queues[q] = {cut.begin(q), cut.begin(q + 1)};
  Work work = {body, queues, cut.parts};
  context.team.run(
      context.threads,
      [](void* data, int number) {
        const Work& all = *static_cast<const Work*>(data);
        const Index thread = number;
        for (Index i = 0; i < all.parts; ++i) {
          Queue& queue = all.queues[(thread + i) % all.parts];
          Index item;
          while ((item = __atomic_fetch_add(&queue.next, 1, __ATOMIC_RELAXED)) < queue.end)
            all.body(item, thread);
        }
      },
      &work);
}

// Calls body(item), or body(item, thread), for each of `items`; `work` is the number of elementary operations
// of one item.
template <class Body>
void parallel_for(Context& context, Index items, Index work, Body body) {
  const bool shared = context.threads > 1 && items > 1 && items * work >= worth_sharing;
  // Cheap items are dispatched in runs, so that fetching the next one costs little compared with computing
  // it.
  const Index run = maximum(1, minimum(items / 8, piece / maximum(work, 1)));
  share_out(context, shared, divide_up(items, run), [&](Index first, Index thread) {
    for (Index item = first * run; item < minimum((first + 1) * run, items); ++item)
      if constexpr (requires { body(item, thread); })
        body(item, thread);
      else
        body(item);
  });
}

// Scratch memory for each thread, `size` floats, with a gap in between: the hardware prefetcher reads beyond
// the end of a thread's block, and adjacent blocks would then share cache lines between two cores (false
// sharing).
class OwnMemory {
 public:
  OwnMemory(Context& context, Index size)
      : stride_(round_up(size, 16) + gap), memory_(context.scratch.take<float>(stride_ * context.threads)) {}
  float* of(Index thread) const { return memory_ + thread * stride_; }

 private:
  static constexpr Index gap = 8192;  // 32 KiB
  Index stride_;
  float* memory_;
};

// sweep() over 0 .. n - 1, in parallel.
template <class Body>
void parallel_sweep(Context& context, Index n, Body body) {
  parallel_for(context, divide_up(n, piece), piece,
               [&](Index i) { sweep(i * piece, minimum((i + 1) * piece, n), body); });
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
