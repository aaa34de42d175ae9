#pragma once
// How the work of a kernel is shared. An item is a piece that one thread computes alone, start to end; pieces of a sum are
// cut by the shape of the problem and never by the number of threads, so neither who computes a piece nor when
// changes a bit of the result. Sums over more than one piece are kept apart and added in the order of the pieces.
#include <omp.h>

#include "kernels/context.h"
#include "kernels/cpu/simd.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// Waking the other threads takes some microseconds: below this many elementary operations it costs more than it brings.
constexpr Index worth_sharing = 1 << 15;
// Elements in a piece of a long array: 64 KiB, so that a piece and its partner fit the L2 cache of any processor.
constexpr Index piece = 1 << 14;

// body(item) for each of `items`; `work` is the number of elementary operations in one item.
template <class Body>
void parallel_for(const Context& context, Index items, Index work, Body body) {
  const bool shared = context.threads > 1 && items > 1 && items * work >= worth_sharing;
  // Cheap items are handed out in runs, so that fetching the next one stays cheap beside computing it.
  const Index run = maximum(1, minimum(items / 8, piece / maximum(work, 1)));
#pragma omp parallel for schedule(dynamic) num_threads(context.threads) if (shared)
  for (Index first = 0; first < items; first += run)
    for (Index item = first; item < minimum(first + run, items); ++item) body(item);
}

// sweep() over 0 .. n - 1 in parallel.
template <class Body>
void parallel_sweep(const Context& context, Index n, Body body) {
  parallel_for(context, divide_up(n, piece), piece,
               [&](Index i) { sweep(i * piece, minimum((i + 1) * piece, n), body); });
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
