#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "kernels/backends.h"
#include "kernels/context.h"

namespace triptych {

// Storage is handed out and taken back here, so that a training step in steady state asks the system for
// nothing: the step frees what the next step, which has the same shapes, takes again.
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
  Block take(std::size_t bytes);  // throws Error when the device has no more memory
  void give_back(Block block);
  void release_unused();

  std::size_t bytes_in_use() const { return in_use_; }
  std::size_t peak_bytes() const { return peak_; }                 // of bytes_in_use
  std::size_t system_allocations() const { return allocations_; }  // stands still in steady state

 private:
  const Kernels& kernels_;
  Context& context_;
  std::multimap<std::size_t, void*> unused_;
  std::size_t in_use_ = 0, peak_ = 0, allocations_ = 0;
};

// A place where tensors live and kernels run. One object for each backend for the life of the program.
class Device {
 public:
  // "reference", "cpu", ... An unknown name, or a backend that is not there, is an Error that says why: never
  // a silent fallback to another device.
  static Device& open(const std::string& name);

  const std::string& name() const { return name_; }
  const Kernels& kernels() const { return kernels_; }
  Context& context() { return context_; }
  StoragePool& pool() { return pool_; }

  void use_threads(int threads) { context_.threads = threads; }
  // "own", or on the device cuda also "cublas"; anything else is an Error.
  void use_gemm(const std::string& choice);
  void synchronise();  // waits for the device, and throws what it reports

  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

 private:
  explicit Device(const Backend& backend);

  std::string name_;
  const Kernels& kernels_;
  Context context_;
  StoragePool pool_;
};

}  // namespace triptych
