#include "kernels/cpu/parallel.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

using namespace triptych;
using namespace triptych::cpu::portable;

TEST_CASE("sharing out: every item once, whatever the number of threads") {
  for (const int threads : {1, 2, 5, 70})
    for (const Index items : {0, 1, 3, 70, 1000}) {
      CAPTURE(threads);
      CAPTURE(items);
      Context context;
      context.threads = threads;
      std::vector<std::atomic<int>> met(static_cast<std::size_t>(items));
      std::atomic<bool> stranger = false;
      const auto meet = [&](Index item, Index thread) {
        ++met[static_cast<std::size_t>(item)];
        if (thread < 0 || thread >= threads) stranger = true;
      };
      const auto all_met = [&](int times) {
        return std::all_of(met.begin(), met.end(), [&](const auto& count) { return count == times; });
      };
      share_out(context, threads > 1, items, meet);
      CHECK(all_met(1));
      parallel_for(context, items, 1, meet);  // too cheap for more than one thread, or in runs
      CHECK(all_met(2));
      parallel_for(context, items, 3 * worth_sharing, meet);
      CHECK(all_met(3));
      CHECK(!stranger);
    }
}

TEST_CASE("sharing out: a thread that is held up is helped") {
  Context context;
  context.threads = 2;
  constexpr Index items = 100;
  std::atomic<Index> done = 0;
  bool helped = false;
  share_out(context, true, items, [&](Index item, Index) {
    if (item == 0) {  // its thread has half of the items
      const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(200);
      while (done < items - 1 && std::chrono::steady_clock::now() < late) std::this_thread::yield();
      helped = done == items - 1;
    }
    ++done;
  });
  CHECK(helped);
}

TEST_CASE("memory of a thread's own: aligned, and far from the next") {
  Context context;
  context.threads = 3;
  ScratchScope scope(context.scratch);
  constexpr Index size = 100;
  const OwnMemory memory(context, size);
  constexpr std::size_t page = 4096;
  for (Index thread = 0; thread < 3; ++thread) {
    CHECK(reinterpret_cast<std::uintptr_t>(memory.of(thread)) % Scratch::alignment == 0);
    for (Index i = 0; i < size; ++i) memory.of(thread)[i] = static_cast<float>(thread);
    if (thread > 0)
      CHECK(reinterpret_cast<std::uintptr_t>(memory.of(thread)) -
                reinterpret_cast<std::uintptr_t>(memory.of(thread - 1) + size) >=
            page);
  }
  for (Index thread = 0; thread < 3; ++thread)
    CHECK(std::all_of(memory.of(thread), memory.of(thread) + size,
                      [&](float value) { return value == thread; }));
}
