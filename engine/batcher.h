#pragma once
#include <numeric>
#include <span>
#include <vector>

#include "engine/error.h"
#include "engine/ops.h"
#include "engine/random.h"

namespace triptych {

// Splits `count` examples into batches of `size`, in a new order for each epoch: a function of the seed and
// the epoch only, so that a run that resumes at an epoch sees the same batches. The last batch of an epoch
// is smaller when `size` does not divide `count`, or is dropped.
//
//   Batcher batches(images.shape()[0], 32, seed);
//   for (const std::vector<std::int32_t>& batch : batches.epoch(3)) {
//     const Tensor x = rows_of(images, batch);
class Batcher {
 public:
  Batcher(Index count, Index size, std::uint64_t seed, bool drop_last = false)
      : count_(count), size_(size), seed_(seed), drop_last_(drop_last) {
    require(count >= 1 && size >= 1, "a Batcher needs examples and a batch size of 1 or more, not {} and {}",
            count, size);
  }

  // The batches of an epoch, as positions of examples.
  std::vector<std::vector<std::int32_t>> epoch(Index epoch) const {
    std::vector<std::int32_t> order(static_cast<std::size_t>(count_));
    std::iota(order.begin(), order.end(), 0);
    Random(seed_).split(static_cast<std::uint64_t>(epoch)).shuffle(std::span(order));
    std::vector<std::vector<std::int32_t>> batches;
    for (Index first = 0; first < count_ && (!drop_last_ || first + size_ <= count_); first += size_)
      batches.emplace_back(order.begin() + first, order.begin() + std::min(count_, first + size_));
    return batches;
  }
  Index batches_per_epoch() const { return drop_last_ ? count_ / size_ : (count_ + size_ - 1) / size_; }

 private:
  Index count_, size_;
  std::uint64_t seed_;
  bool drop_last_;
};

// The rows of `data` [n, ...] at these positions, real or int32 (labels): [positions, ...].
Tensor rows_of(const Tensor& data, std::span<const std::int32_t> positions);

}  // namespace triptych
