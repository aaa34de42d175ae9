#include "kernels/context.h"

#include <algorithm>
#include <new>

#include "kernels/host_memory.h"

namespace triptych {

void* Scratch::take_bytes(std::size_t bytes) {
  constexpr std::size_t smallest_block = std::size_t(2) << 20;  // a huge page
  bytes = (bytes + alignment - 1) / alignment * alignment;
  // A block that is too small for this request is skipped until the scope ends. Blocks never move: the caller
  // may hold pointers into them.
  while (block_ < blocks_.size() && used_ + bytes > blocks_[block_].size) ++block_, used_ = 0;
  if (block_ == blocks_.size()) {
    const std::size_t size = std::max(bytes, smallest_block);
    auto* memory = static_cast<std::byte*>(allocate_host(size));
    if (!memory) throw std::bad_alloc();
    const std::size_t begin = blocks_.empty() ? 0 : blocks_.back().begin + blocks_.back().size;
    blocks_.push_back({std::unique_ptr<std::byte[], Scratch::Free>(memory), size, begin});
    used_ = 0;
  }
  void* result = blocks_[block_].memory.get() + used_;
  used_ += bytes;
  peak_ = std::max(peak_, blocks_[block_].begin + used_);
  return result;
}

void Scratch::end_of_outermost_scope() {
  if (++scopes_ < patience) return;
  constexpr std::size_t not_worth_it = std::size_t(16) << 20;
  if (bytes_held() > std::max(not_worth_it, 4 * peak_)) shrink();
  scopes_ = 0, peak_ = 0;
}

void Scratch::shrink() {
  blocks_.clear();
  block_ = 0, used_ = 0;
}

std::size_t Scratch::bytes_held() const {
  return blocks_.empty() ? 0 : blocks_.back().begin + blocks_.back().size;
}

}  // namespace triptych
