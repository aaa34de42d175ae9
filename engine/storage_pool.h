#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

namespace triptych {

struct Context;
struct Kernels;

// The pool of a device's memory. A training step in steady state makes no system allocation: it takes the
// blocks that the previous step, which has the same shapes, released. Blocks that are unused for a long time
// are returned to the system.
//
// `take` is for the thread that computes on the device; `give_back` may be called by any thread, since any
// thread may drop the last handle to a tensor.
class StoragePool {
 public:
  StoragePool(const Kernels& kernels, Context& context) : kernels_(kernels), context_(context) {}
  ~StoragePool() { release_unused(); }
  StoragePool(const StoragePool&) = delete;
  StoragePool& operator=(const StoragePool&) = delete;

  struct Block {
    void* memory;
    std::size_t bytes;
  };
  Block take(std::size_t bytes);  // throws Error when the device's memory is exhausted
  void give_back(Block block);
  void release_unused();

  std::size_t bytes_in_use() const;
  std::size_t bytes_held() const;          // in use, and unused but kept
  std::size_t peak_bytes() const;          // of bytes_in_use
  std::size_t system_allocations() const;  // constant in steady state

  // A block that was not taken during this many takes is released: some hundred training steps.
  static constexpr std::uint64_t patience = 1 << 15;

 private:
  struct Unused {
    void* memory;
    std::uint64_t since;  // the number of takes when it was released
  };
  void* allocate(std::size_t bytes);
  void release_older_than(std::uint64_t take);

  const Kernels& kernels_;
  Context& context_;
  mutable std::mutex mutex_;
  std::multimap<std::size_t, Unused> unused_;  // by size
  std::uint64_t takes_ = 0;
  std::size_t in_use_ = 0, peak_ = 0, allocations_ = 0;
};

}  // namespace triptych
