#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "kernels/real.h"
#include "kernels/team.h"

namespace triptych {

// Scratch memory of a kernel: a stack of aligned blocks that persists between calls, so that a training step
// in steady state allocates nothing. A kernel opens a ScratchScope and takes what it needs; the end of the
// scope releases it. Kernels that call kernels nest. Host memory only: a device backend with its own memory
// keeps its scratch behind Context::stream.
class Scratch {
 public:
  static constexpr std::size_t alignment = 64;  // a cache line and an AVX-512 register

  // `count` uninitialised elements, aligned to 64 bytes.
  template <class T>
  T* take(Index count) {
    return static_cast<T*>(take_bytes(static_cast<std::size_t>(count) * sizeof(T)));
  }
  // Returns all memory to the system; no scope may be open. This also happens automatically when less than a
  // quarter of the memory was used for a long time; later scopes allocate what they need.
  void shrink();
  std::size_t bytes_held() const;

  static constexpr int patience = 1 << 14;  // outermost scopes: some hundred training steps

 private:
  friend class ScratchScope;
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  struct Block {
    std::unique_ptr<std::byte[], Free> memory;
    std::size_t size, begin;  // begin: the sizes of all earlier blocks
  };
  void* take_bytes(std::size_t bytes);
  void end_of_outermost_scope();

  std::vector<Block> blocks_;
  std::size_t block_ = 0, used_ = 0;  // the current block, and the bytes in use there
  std::size_t peak_ = 0;              // the maximum of the last scopes, including skipped blocks
  int scopes_ = 0;                    // outermost ones since peak_ was last 0
};

// Inlined by force: kernels are compiled once for each instruction set, and the linker must not choose one of
// their copies for all.
class ScratchScope {
 public:
  [[gnu::always_inline]] explicit ScratchScope(Scratch& scratch)
      : scratch_(scratch), block_(scratch.block_), used_(scratch.used_) {}
  [[gnu::always_inline]] ~ScratchScope() {
    scratch_.block_ = block_, scratch_.used_ = used_;
    if (block_ == 0 && used_ == 0) scratch_.end_of_outermost_scope();
  }
  ScratchScope(const ScratchScope&) = delete;
  ScratchScope& operator=(const ScratchScope&) = delete;

 private:
  Scratch& scratch_;
  std::size_t block_, used_;
};

struct SharedWork;  // kernels/batch_part.h

// Who multiplies matrices (--gemm). On the cuda device cuBLAS may, and there, on the emulator and on the PTX
// interpreter the tensor cores may, which round the factors of every product of a layer to TF32 or BF16. The
// other devices ignore it.
enum class Gemm : std::uint8_t { own, cublas, tf32, bf16 };

// The first argument of every kernel. There are no globals: threads may use different contexts concurrently.
struct Context {
  int threads = 1;          // threads that the kernel may use; never changes a result on the cpu device
  const char* device = "";  // the name of the device, for messages
  int ordinal = 0;          // which of the backend's devices: 1 is the second GPU
  // The backend's own state (a CUDA stream, its scratch and staging memory), destroyed with the context;
  // empty for backends in host memory.
  std::shared_ptr<void> stream;
  // Its part of what several processes compute together (kernels/batch_part.h); null where it computes alone.
  std::shared_ptr<SharedWork> shared;
  Gemm gemm = Gemm::own;
  Scratch scratch;
  Team team;  // the processor's threads that share a kernel's work
  // The first error on the device, as text; empty when there was none. The engine checks it.
  std::string error;
};

}  // namespace triptych
