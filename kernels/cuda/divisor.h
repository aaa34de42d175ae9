#pragma once
#include <cstdint>

#include "kernels/cuda/launch.h"

namespace triptych::cuda {

// Division by a number that is known before the kernel starts, as a multiplication and a shift: a GPU has no
// division instruction, and the loop that replaces it would take longer than the multiply-adds that need the
// index.
//
//   q = floor(n m / 2^(31 + s)),  s = ceil(log2 d),  m = ceil(2^(31 + s) / d)
//
// is exact for 0 <= n < 2^31: m d = 2^(31 + s) + e with e < d <= 2^s, so n m / 2^(31 + s) = n / d + n e / (d
// 2^(31 + s)), and the last term is less than 1 / d.
class Divisor {
 public:
  explicit Divisor(std::int64_t d) : divisor_(static_cast<std::uint32_t>(d)) {
    while ((std::uint64_t(1) << (shift_ - 31)) < divisor_) ++shift_;
    multiplier_ = ((std::uint64_t(1) << shift_) + divisor_ - 1) / divisor_;
  }
  __device__ int quotient(int n) const {
    return static_cast<int>(static_cast<std::uint64_t>(static_cast<std::uint32_t>(n)) * multiplier_ >>
                            shift_);
  }
  __device__ int remainder(int n, int quotient) const { return n - quotient * static_cast<int>(divisor_); }

 private:
  std::uint32_t divisor_;
  std::uint32_t shift_ = 31;
  std::uint64_t multiplier_;  // at most 2^32, and only for d = 2^s + ..: the product stays below 2^63
};

}  // namespace triptych::cuda
