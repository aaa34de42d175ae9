#include "engine/storage_pool.h"

#include "engine/device_report.h"
#include "engine/error.h"
#include "kernels/context.h"
#include "kernels/kernels.h"

namespace triptych {

StoragePool::Block StoragePool::take(std::size_t bytes) {
  constexpr std::size_t granule = 256;
  require(bytes < SIZE_MAX / 2, "a tensor of {} bytes was requested; no device has as much", bytes);
  bytes = (bytes + granule - 1) / granule * granule;
  const std::lock_guard lock(mutex_);
  if (++takes_ % patience == 0) release_older_than(takes_ - patience);
  Block block{nullptr, bytes};
  // Reuses a block up to a quarter too large rather than allocating a new one.
  if (const auto found = unused_.lower_bound(bytes);
      found != unused_.end() && found->first <= bytes + bytes / 4) {
    block = {found->second.memory, found->first};
    unused_.erase(found);
  } else if (bytes > 0) {
    block.memory = allocate(bytes);
  }
  in_use_ += block.bytes;
  if (in_use_ > peak_) peak_ = in_use_;
  return block;
}

void* StoragePool::allocate(std::size_t bytes) {
  void* memory = kernels_.allocate(context_, bytes);
  if (!memory && context_.error.empty()) {
    release_older_than(takes_);
    memory = kernels_.allocate(context_, bytes);
  }
  // After an error no device has memory: what is missing then is not memory.
  if (!memory) throw_report(context_);
  require(memory,
          "out of memory on the device '{}': {} MiB are in use and {} MiB more were requested; use smaller "
          "batches (--people, --crop) or another device",
          kernels_.name, in_use_ >> 20, bytes >> 20);
  ++allocations_;
  return memory;
}

void StoragePool::give_back(Block block) {
  const std::lock_guard lock(mutex_);
  in_use_ -= block.bytes;
  if (block.memory) unused_.emplace(block.bytes, Unused{block.memory, takes_});
}

void StoragePool::release_unused() {
  const std::lock_guard lock(mutex_);
  release_older_than(takes_);
}

void StoragePool::release_older_than(std::uint64_t take) {
  for (auto block = unused_.begin(); block != unused_.end();) {
    if (block->second.since > take) {
      ++block;
      continue;
    }
    kernels_.release(context_, block->second.memory);
    block = unused_.erase(block);
  }
}

std::size_t StoragePool::bytes_in_use() const {
  const std::lock_guard lock(mutex_);
  return in_use_;
}
std::size_t StoragePool::peak_bytes() const {
  const std::lock_guard lock(mutex_);
  return peak_;
}
std::size_t StoragePool::system_allocations() const {
  const std::lock_guard lock(mutex_);
  return allocations_;
}
std::size_t StoragePool::bytes_held() const {
  const std::lock_guard lock(mutex_);
  std::size_t sum = in_use_;
  for (const auto& [bytes, block] : unused_) sum += bytes;
  return sum;
}

}  // namespace triptych
