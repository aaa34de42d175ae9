#pragma once
#include <array>
#include <cstdint>

namespace triptych {

// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): four random 32-bit words
// as a pure function of a counter and a key. There is no state, so the same seed gives the same numbers for
// any number of threads and on every device. No divisions and no tables: it compiles unchanged as device
// code.
struct Philox {
  using Words = std::array<std::uint32_t, 4>;

  static constexpr Words generate(Words counter, std::uint64_t key) {
    std::uint32_t k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t p0 = std::uint64_t(0xD2511F53u) * counter[0];
      const std::uint64_t p1 = std::uint64_t(0xCD9E8D57u) * counter[2];
      counter = {static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ k0, static_cast<std::uint32_t>(p1),
                 static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ k1, static_cast<std::uint32_t>(p0)};
      k0 += 0x9E3779B9u;  // from the golden ratio
      k1 += 0xBB67AE85u;  // from the square root of 3
    }
    return counter;
  }
};

}  // namespace triptych
