// The engine of --device emulator, and the search for races: a kernel has a race if its result depends on the
// order in which its threads run. Every launch runs in several orders, each time from the same memory, and
// must leave the same bits in device memory.
#include <cstring>
#include <span>
#include <vector>

#include "kernels/emulator/grid.h"
#include "kernels/emulator/memory.h"

namespace triptych::emulator {
namespace {

// A copy of all device memory, by allocation. Its own memory is kept for the next launch: fresh pages cost
// more than the copy.
class Snapshot {
 public:
  void take(const std::vector<Allocation>& allocations) {
    begin_.assign(1, 0);
    for (const Allocation& a : allocations) begin_.push_back(begin_.back() + a.bytes);
    if (contents_.size() < begin_.back()) contents_.resize(begin_.back());
    for (std::size_t i = 0; i < allocations.size(); ++i)
      std::memcpy(contents_.data() + begin_[i], allocations[i].start, allocations[i].bytes);
  }
  void restore(const std::vector<Allocation>& allocations) const {
    for (std::size_t i = 0; i < allocations.size(); ++i)
      std::memcpy(allocations[i].start, contents_.data() + begin_[i], allocations[i].bytes);
  }
  std::span<const char> operator[](std::size_t i) const {
    return {contents_.data() + begin_[i], begin_[i + 1] - begin_[i]};
  }

 private:
  std::vector<std::size_t> begin_;
  std::vector<char> contents_;
};

Order schedule(int number) {
  if (number == 0) return {Order::Kind::forward, 1};
  if (number == 1) return {Order::Kind::reverse, 1};
  return {Order::Kind::random, static_cast<std::uint64_t>(number - 1)};
}

std::string text(const Order& order) {
  if (order.kind == Order::Kind::forward) return "forward";
  return order.kind == Order::Kind::reverse ? "reverse" : "random:" + std::to_string(order.seed);
}

// The first 4-byte word that differs, printed as a float and as an integer.
std::string difference(std::span<const char> expected, const char* got) {
  std::size_t at = 0;
  while (expected[at] == got[at]) ++at;
  at = at / 4 * 4;
  const std::size_t bytes = std::min<std::size_t>(4, expected.size() - at);
  float before = 0, now = 0;
  std::memcpy(&before, &expected[at], bytes);
  std::memcpy(&now, got + at, bytes);
  return "element " + std::to_string(at / 4) + " of " + std::to_string(expected.size()) +
         " bytes of device memory is " + std::to_string(now) + " and was " + std::to_string(before);
}

void compare(const Launch& launch, const std::vector<Allocation>& allocations, const Snapshot& expected,
             const Order& order) {
  for (std::size_t i = 0; i < allocations.size(); ++i) {
    const Allocation& a = allocations[i];
    if (std::memcmp(a.start, expected[i].data(), a.bytes) == 0) continue;
    throw Fault("kernel " + readable_name(launch) +
                ": race: the result depends on the order in which threads run; in the order " + text(order) +
                " " + difference(expected[i], a.start) + " in the order forward");
  }
}

class Fibers : public Executor {
 public:
  void run(const Launch& launch) override {
    // The shadow finds a race in any order, and what it remembers is of one run of a launch.
    if (options().schedules <= 1 || options().watch) return run_grid(launch, options().order);
    const std::vector<Allocation> allocations = DeviceMemory::instance().device_allocations();
    thread_local Snapshot before, expected;
    before.take(allocations);
    run_grid(launch, schedule(0));
    expected.take(allocations);
    for (int i = 1; i < options().schedules; ++i) {
      before.restore(allocations);
      run_grid(launch, schedule(i));
      compare(launch, allocations, expected, schedule(i));
    }
  }
};

}  // namespace

Executor& fibers() {
  static Fibers executor;
  return executor;
}

}  // namespace triptych::emulator
