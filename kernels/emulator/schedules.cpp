// The engine of --device emulator, and the search for races: a kernel has a race if its result depends on the
// order in which its threads run. Every launch runs in several orders, each time from the same memory, and
// must leave the same bits in device memory.
#include <cstring>
#include <vector>

#include "kernels/emulator/grid.h"
#include "kernels/emulator/memory.h"

namespace triptych::emulator {
namespace {

// A copy of all device memory, by allocation.
class Snapshot {
 public:
  explicit Snapshot(const std::vector<Allocation>& allocations) {
    for (const Allocation& a : allocations) contents_.emplace_back(a.start, a.start + a.bytes);
  }
  void restore(const std::vector<Allocation>& allocations) const {
    for (std::size_t i = 0; i < allocations.size(); ++i)
      std::memcpy(allocations[i].start, contents_[i].data(), contents_[i].size());
  }
  const std::vector<char>& operator[](std::size_t i) const { return contents_[i]; }

 private:
  std::vector<std::vector<char>> contents_;
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
std::string difference(const std::vector<char>& expected, const char* got) {
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
    const Snapshot before(allocations);
    run_grid(launch, schedule(0));
    const Snapshot expected(allocations);
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
