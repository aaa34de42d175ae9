#include "kernels/context.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

using namespace triptych;

namespace {
bool aligned(const void* p) {
  return reinterpret_cast<std::uintptr_t>(p) % Scratch::alignment == 0;
}
}  // namespace

TEST_CASE("scratch: everything that is taken is aligned, apart and writable to its end") {
  Scratch scratch;
  ScratchScope scope(scratch);
  std::vector<std::pair<std::uint8_t*, Index>> taken;
  for (const Index count : {1, 63, 64, 65, 1000, 1 << 19, 1 << 19, 1 << 19, 3 << 20, 7}) {
    taken.emplace_back(scratch.take<std::uint8_t>(count), count);
    CHECK(aligned(taken.back().first));
    std::fill_n(taken.back().first, count, static_cast<std::uint8_t>(taken.size()));
  }
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const auto [first, count] = taken[i];
    CHECK(std::all_of(first, first + count, [&](std::uint8_t value) { return value == i + 1; }));
  }
}

TEST_CASE("scratch: a scope gives back what it took, and the next one gets the same memory") {
  Scratch scratch;
  ScratchScope outer(scratch);
  float* kept = scratch.take<float>(100);
  kept[99] = 3;
  const void* first = nullptr;
  for (int round = 0; round < 3; ++round) {
    ScratchScope inner(scratch);
    double* temporary = scratch.take<double>(5000);
    std::fill_n(temporary, 5000, 1.0);
    if (round == 0) first = temporary;
    CHECK(temporary == first);
    {
      ScratchScope innermost(scratch);
      double* more = scratch.take<double>(10);
      CHECK(more >= temporary + 5000);
    }
  }
  CHECK(kept[99] == 3);
}

TEST_CASE("scratch: shrinks when told to, and by itself when it has long held far more than it used") {
  Scratch scratch;
  const auto use = [&](Index bytes) {
    ScratchScope scope(scratch);
    scratch.take<std::uint8_t>(bytes);
  };
  use(64 << 20);
  CHECK(scratch.bytes_held() >= 64 << 20);
  scratch.shrink();
  CHECK(scratch.bytes_held() == 0);
  use(64 << 20);
  for (int i = 0; i < 2 * Scratch::patience; ++i) use(1000);
  CHECK(scratch.bytes_held() <= 2 << 20);
  use(64 << 20);
  for (int i = 0; i < 2 * Scratch::patience; ++i)
    use(i % 100 == 0 ? 64 << 20 : 1000);  // now and then is enough
  CHECK(scratch.bytes_held() >= 64 << 20);
}

TEST_CASE("scratch: a request larger than a block does not move what was taken before") {
  Scratch scratch;
  ScratchScope outer(scratch);
  int* small = scratch.take<int>(4);
  small[3] = 42;
  void* large = nullptr;
  {
    ScratchScope inner(scratch);
    large = scratch.take<std::uint8_t>(5 << 20);
  }
  CHECK(small[3] == 42);
  ScratchScope again(scratch);
  CHECK(scratch.take<std::uint8_t>(5 << 20) == large);  // kept for the next call
}
