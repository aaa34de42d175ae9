#include "kernels/context.h"

#include <algorithm>
#include <cstdint>

namespace triptych {

void* Scratch::take_bytes(std::size_t bytes) {
  constexpr std::size_t smallest_block = std::size_t(1) << 20;
  bytes = (bytes + alignment - 1) / alignment * alignment;
  // A block that is too small for this request is skipped until the scope ends; blocks never move, since the caller
  // may hold pointers into them.
  while (block_ < blocks_.size() && used_ + bytes > blocks_[block_].size) ++block_, used_ = 0;
  if (block_ == blocks_.size()) {
    const std::size_t size = std::max(bytes, smallest_block);
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size + alignment), size});
    used_ = 0;
  }
  const auto start = reinterpret_cast<std::uintptr_t>(blocks_[block_].memory.get());
  const std::uintptr_t aligned = (start + alignment - 1) / alignment * alignment;
  void* result = reinterpret_cast<void*>(aligned + used_);
  used_ += bytes;
  return result;
}

}  // namespace triptych
