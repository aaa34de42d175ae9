#pragma once
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <utility>

#include "kernels/philox.h"
#include "kernels/real.h"

namespace triptych {

// Counter-based random numbers. A generator is (seed, stream, position). Two streams of one seed are
// independent, so each image, layer or worker has its own stream, and no value depends on the order in which
// they draw. The whole state is three integers, which a checkpoint stores.
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0, std::uint64_t position = 0)
      : seed_(seed), stream_(stream), position_(position) {}

  std::uint64_t seed() const { return seed_; }
  std::uint64_t stream() const { return stream_; }
  std::uint64_t position() const { return position_; }  // the number of words drawn

  // An independent generator of the same seed. `key` may be any number; equal keys give equal generators.
  Random split(std::uint64_t key) const {
    const Philox::Words mixed =
        Philox::generate({static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32),
                          static_cast<std::uint32_t>(stream_), static_cast<std::uint32_t>(stream_ >> 32)},
                         seed_ ^ 0x5851F42D4C957F2Dull);
    return Random(seed_, (std::uint64_t(mixed[0]) << 32) | mixed[1]);
  }

  std::uint32_t word() {
    const std::uint64_t block = position_ / 4;
    if (position_ % 4 == 0 || !filled_) {
      words_ =
          Philox::generate({static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32),
                            static_cast<std::uint32_t>(stream_), static_cast<std::uint32_t>(stream_ >> 32)},
                           seed_);
      filled_ = true;
    }
    return words_[position_++ % 4];
  }

  double uniform() { return (word() + 0.5) * 0x1p-32; }  // (0, 1), both ends excluded
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  bool chance(double probability) { return uniform() < probability; }
  // 0 .. n - 1. The bias of the multiplication is below n / 2^32.
  Index integer(Index n) {
    return static_cast<Index>((std::uint64_t(word()) * static_cast<std::uint64_t>(n)) >> 32);
  }
  // Standard normal (Box and Muller); two words per value, so that the position is the complete state.
  double normal() {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }
  template <class T>
  void shuffle(std::span<T> items) {  // Fisher and Yates
    for (Index i = static_cast<Index>(items.size()) - 1; i > 0; --i)
      std::swap(items[static_cast<std::size_t>(i)], items[static_cast<std::size_t>(integer(i + 1))]);
  }

 private:
  std::uint64_t seed_, stream_, position_;
  Philox::Words words_{};
  bool filled_ = false;
};

}  // namespace triptych
