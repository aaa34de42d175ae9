#include "kernels/cuda/divisor.h"

#include <doctest/doctest.h>

#include <limits>

using namespace triptych;

TEST_CASE("a division as a multiplication: exact for every divisor, around its multiples and at the ends") {
  constexpr int largest = std::numeric_limits<int>::max();
  for (const int d : {1,  2,   3,    5,     7,     15,    16,    17,      75,          95,     96,
                      97, 641, 2400, 65535, 65536, 65537, 19950, 1 << 30, largest - 1, largest}) {
    const cuda::Divisor divisor(d);
    const auto check = [&](std::int64_t n) {
      if (n < 0 || n > largest) return;
      const int q = divisor.quotient(static_cast<int>(n));
      CHECK(q == n / d);
      CHECK(divisor.remainder(static_cast<int>(n), q) == n % d);
    };
    for (std::int64_t multiple = 0; multiple <= largest; multiple += d * (1 + largest / d / 50))
      for (const int near : {-1, 0, 1}) check(multiple + near);
    check(largest - 1), check(largest);
  }
}
