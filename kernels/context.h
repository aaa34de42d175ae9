#pragma once
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "kernels/real.h"

namespace triptych {

// Scratch memory of a kernel: a stack of aligned blocks that is kept between calls, so that a training step
// in steady state asks the system for nothing. A kernel opens a ScratchScope, takes what it needs and gives
// it all back at the end of the scope; a kernel that calls another nests naturally. Host memory only: a
// device backend with memory of its own keeps its scratch behind Context::stream.
class Scratch {
 public:
  static constexpr std::size_t alignment = 64;  // a cache line, and an AVX-512 register

  // `count` uninitialised elements, aligned to 64 bytes.
  template <class T>
  T* take(Index count) {
    return static_cast<T*>(take_bytes(static_cast<std::size_t>(count) * sizeof(T)));
  }

 private:
  friend class ScratchScope;
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  struct Block {
    std::unique_ptr<std::byte[], Free> memory;
    std::size_t size;
  };
  void* take_bytes(std::size_t bytes);

  std::vector<Block> blocks_;
  std::size_t block_ = 0, used_ = 0;  // the block that is being filled, and how far
};

class ScratchScope {
 public:
  explicit ScratchScope(Scratch& scratch) : scratch_(scratch), block_(scratch.block_), used_(scratch.used_) {}
  ~ScratchScope() { scratch_.block_ = block_, scratch_.used_ = used_; }
  ScratchScope(const ScratchScope&) = delete;
  ScratchScope& operator=(const ScratchScope&) = delete;

 private:
  Scratch& scratch_;
  std::size_t block_, used_;
};

// What every kernel gets first. There are no globals: two contexts may be used by two threads at once.
struct Context {
  int threads = 1;  // how many the kernel may use; never changes a result on the cpu device
  // The backend's own state (a CUDA stream, its scratch and staging memory), which ends with the context;
  // empty on the processor.
  std::shared_ptr<void> stream;
  bool library_gemm =
      false;  // cuda: cuBLAS in place of our own GEMM (--gemm cublas); no other device has a library
  Scratch scratch;
  // What went wrong on the device, in words; empty while all is well. The engine checks it.
  std::string error;
};

}  // namespace triptych
