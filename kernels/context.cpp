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
    blocks_.push_back({std::unique_ptr<std::byte[], Scratch::Free>(memory), size});
    used_ = 0;
  }
  void* result = blocks_[block_].memory.get() + used_;
  used_ += bytes;
  return result;
}

}  // namespace triptych
