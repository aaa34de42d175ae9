#include "kernels/team.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

using namespace triptych;

namespace {

struct Supply {
  std::atomic<int> next = 0;
  std::vector<std::atomic<int>> done;
  std::atomic<int> highest_thread = 0;
  explicit Supply(int items) : done(static_cast<std::size_t>(items)) {}

  static void work(void* data, int thread) {
    auto& supply = *static_cast<Supply*>(data);
    const int items = static_cast<int>(supply.done.size());
    for (int item = supply.next++; item < items; item = supply.next++) {
      ++supply.done[static_cast<std::size_t>(item)];
      if (thread > supply.highest_thread) supply.highest_thread = thread;
    }
  }
  bool all_done_once() const {
    for (const std::atomic<int>& count : done)
      if (count != 1) return false;
    return true;
  }
};

double processor_seconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](timeval t) { return double(t.tv_sec) + 1e-6 * double(t.tv_usec); };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

TEST_CASE("team: every item is done once, with any number of threads, call after call") {
  Team team;
  for (int round = 0; round < 300; ++round)
    for (const int threads : {1, 2, 3, 7, 2}) {
      Supply supply(round % 40);
      team.run(threads, Supply::work, &supply);
      CHECK(supply.all_done_once());
      CHECK(supply.highest_thread < threads);
    }
}

TEST_CASE("team: what the workers wrote is seen by the caller") {
  Team team;
  struct Sum {
    std::atomic<int> next = 0;
    int cells[64] = {};  // not atomic: the team has to order them
  };
  for (int round = 0; round < 500; ++round) {
    Sum sum;
    team.run(
        3,
        [](void* data, int) {
          auto& s = *static_cast<Sum*>(data);
          for (int i = s.next++; i < 64; i = s.next++) s.cells[i] = i;
        },
        &sum);
    int total = 0;
    for (const int cell : sum.cells) total += cell;
    CHECK(total == 64 * 63 / 2);
  }
}

TEST_CASE("team: what the workers wrote is seen by the caller, who waits for the slow ones") {
  Team team;
  struct Slow {
    std::atomic<int> begun = 0;
    int ended = 0;  // not atomic: the team has to order it
  };
  int begun = 0;
  for (int round = 0; round < 20; ++round) {
    Slow slow;
    team.run(
        2,
        [](void* data, int number) {
          auto& s = *static_cast<Slow*>(data);
          if (number == 0) {  // the caller ends while the worker is at work, if that began in time
            const auto late = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
            while (s.begun == 0 && std::chrono::steady_clock::now() < late) std::this_thread::yield();
            return;
          }
          s.begun = 1;
          std::this_thread::sleep_for(std::chrono::milliseconds(2));
          s.ended = 1;
        },
        &slow);
    CHECK(slow.ended == slow.begun);
    begun += slow.begun;
  }
  CHECK(begun > 0);
}

TEST_CASE("team: a call from within the work runs on the caller alone") {
  Team team;
  struct Both {
    Team& team;
    std::atomic<int> inner = 0;
  } both{team};
  team.run(
      2,
      [](void* data, int thread) {
        if (thread != 0) return;  // a team belongs to the thread that calls it
        static_cast<Both*>(data)->team.run(
            4, [](void* inner, int) { ++static_cast<Both*>(inner)->inner; }, data);
      },
      &both);
  CHECK(both.inner == 1);
}

TEST_CASE("team: threads with a team each do not meet") {
  std::vector<std::thread> callers;
  std::atomic<int> wrong = 0;
  for (int caller = 0; caller < 3; ++caller)
    callers.emplace_back([&] {
      Team team;
      for (int round = 0; round < 200; ++round) {
        Supply supply(20);
        team.run(2, Supply::work, &supply);
        if (!supply.all_done_once()) ++wrong;
      }
    });
  for (std::thread& caller : callers) caller.join();
  CHECK(wrong == 0);
}

TEST_CASE("team: threads that wait for work sleep") {
  Team team;
  Supply supply(1000);
  team.run(4, Supply::work, &supply);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));  // the short spin
  const double before = processor_seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(processor_seconds() - before < 0.02);
}
