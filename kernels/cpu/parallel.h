#pragma once
// How the work of a kernel is shared. An item is a piece that one thread computes alone, start to end; pieces
// of a sum are cut by the shape of the problem and never by the number of threads, so neither who computes a
// piece nor when changes a bit of the result. Sums over more than one piece are kept apart and added in the
// order of the pieces.
#include <omp.h>

#include "kernels/context.h"
#include "kernels/cpu/simd.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// Waking the other threads takes some microseconds: below this many elementary operations it costs more than
// it brings.
constexpr Index worth_sharing = 1 << 15;
// Elements in a piece of a long array: 64 KiB, so that a piece and its partner fit the L2 cache of any
// processor.
constexpr Index piece = 1 << 14;

// body(item, thread) for each of `items`, on all threads of the context if they are `shared`.
//
// Every thread has neighbouring items of its own, the same ones at each call: what one kernel leaves in the
// cache of a core is there when the next one reads it, and no line of memory wanders from core to core.
// Whoever is done takes from the others' items, so that a core which is slow, or busy with something else, is
// not waited for.
template <class Body>
void share_out(const Context& context, bool shared, Index items, Body body) {
  if (!shared) {
    for (Index item = 0; item < items; ++item) body(item, 0);
    return;
  }
  struct alignas(64) Queue {  // a line of the cache each
    Index next, end;
  };
  constexpr Index most_queues = 64;  // threads beyond them have no items of their own
  Queue queues[most_queues];
  const Cut cut = {items, minimum(context.threads, minimum(most_queues, items))};
  for (Index q = 0; q < cut.parts; ++q) queues[q] = {cut.begin(q), cut.begin(q + 1)};
#pragma omp parallel num_threads(context.threads)
  {
    const Index thread = omp_get_thread_num();
    for (Index i = 0; i < cut.parts; ++i) {
      Queue& queue = queues[(thread + i) % cut.parts];
      Index item;
      while ((item = __atomic_fetch_add(&queue.next, 1, __ATOMIC_RELAXED)) < queue.end) body(item, thread);
    }
  }
}

// body(item), or body(item, thread), for each of `items`; `work` is the number of elementary operations in
// one item.
template <class Body>
void parallel_for(const Context& context, Index items, Index work, Body body) {
  const bool shared = context.threads > 1 && items > 1 && items * work >= worth_sharing;
  // Cheap items are handed out in runs, so that fetching the next one stays cheap beside computing it.
  const Index run = maximum(1, minimum(items / 8, piece / maximum(work, 1)));
  share_out(context, shared, divide_up(items, run), [&](Index first, Index thread) {
    for (Index item = first * run; item < minimum((first + 1) * run, items); ++item)
      if constexpr (requires { body(item, thread); })
        body(item, thread);
      else
        body(item);
  });
}

// Scratch of each thread's own: `size` floats, far from the others'. A core fetches ahead of what it reads,
// and so beyond the end of its memory: were another thread's there, its lines would wander between the two
// cores.
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

// sweep() over 0 .. n - 1 in parallel.
template <class Body>
void parallel_sweep(const Context& context, Index n, Body body) {
  parallel_for(context, divide_up(n, piece), piece,
               [&](Index i) { sweep(i * piece, minimum((i + 1) * piece, n), body); });
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
