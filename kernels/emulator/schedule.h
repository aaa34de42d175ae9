#pragma once
#include <cstdint>
#include <utility>

#include "kernels/emulator/options.h"

namespace triptych::emulator {

// Random numbers for schedules (splitmix64: Steele, Lea and Flood 2014).
class ScheduleRandom {
 public:
  explicit ScheduleRandom(std::uint64_t seed = 0) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // Puts numbers[0 .. count) into a random order (Fisher and Yates).
  template <class T>
  void shuffle(T* numbers, int count) {
    for (int i = count - 1; i > 0; --i)
      std::swap(numbers[i], numbers[next() % static_cast<std::uint64_t>(i + 1)]);
  }

 private:
  std::uint64_t state_;
};

// numbers[0 .. count) = the positions 0 .. count - 1 in the given order.
template <class T>
void fill_in_order(T* numbers, int count, Order::Kind kind, ScheduleRandom& random) {
  for (int i = 0; i < count; ++i)
    numbers[i] = static_cast<T>(kind == Order::Kind::reverse ? count - 1 - i : i);
  if (kind == Order::Kind::random) random.shuffle(numbers, count);
}

}  // namespace triptych::emulator
