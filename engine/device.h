#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "engine/storage_pool.h"
#include "kernels/context.h"
#include "kernels/kernels.h"

namespace triptych {

struct Backend;

// A place where tensors are stored and kernels run. A Device is a handle: copies share one opened device,
// which closes with its last handle and its last tensor. Every call of `open` opens another one, with a
// context (threads or stream), scratch memory and a storage pool of its own, so any number of threads may
// compute at the same time, each on a device that it opened. Tensors of two devices do not mix in one op,
// even if both have the same name; Tensor::copy_from copies from one to the other.
//
// One opened device serves one thread at a time: it belongs to the first thread that computes on it, and
// another thread gets an Error instead of a data race. `hand_over` gives it up. Only the handles and the last
// references to tensors may be dropped by any thread.
class Device {
 public:
  Device() = default;  // no device; converts to false

  // "reference", "cpu", "cuda", ... and "cuda:1" for the second GPU. An unknown name, or a backend that is not
  // available, is an Error that says why: never a silent fallback to another device.
  static Device open(const std::string& name);

  explicit operator bool() const { return state_ != nullptr; }
  bool operator==(const Device&) const = default;  // one opened device, not just one name

  const std::string& name() const { return state().name; }
  const Kernels& kernels() const { return state().kernels; }
  Context& context() const {
    if (state().owner.load(std::memory_order_relaxed) != this_thread()) claim();
    return state_->context;
  }
  StoragePool& pool() const { return state().pool; }
  // Storage of a new tensor.
  StoragePool::Block take(std::size_t bytes) const {
    context();  // checks the thread
    return state_->pool.take(bytes);
  }

  void use_threads(int threads) const;  // 1 or more
  // "own", or on the device cuda also "cublas"; anything else is an Error.
  void use_gemm(const std::string& choice) const;
  void synchronise() const;  // waits for the device, and throws what it reports

  // The thread that has used this device is done with it: the next thread that computes on it owns it.
  void hand_over() const;
  // The Error of `op`, which was given tensors of this device and of another one.
  [[noreturn]] void fail_mixed(const Device& other, const std::string& op) const;
  // Returns the memory that no tensor holds, and the scratch memory, to the system.
  void shrink() const;

 private:
  struct State {
    State(const Backend& backend, std::string name, int ordinal);
    std::string name, backend;
    Kernels kernels;
    Context context;
    StoragePool pool;
    std::atomic<const void*> owner = nullptr;  // this_thread() of the thread that computes here
  };
  explicit Device(std::shared_ptr<State> state) : state_(std::move(state)) {}

  State& state() const {
    if (!state_) fail_without_device();
    return *state_;
  }
  [[noreturn]] static void fail_without_device();
  // An address that no other living thread has.
  static const void* this_thread() {
    static thread_local char mark;
    return &mark;
  }
  void claim() const;  // makes the calling thread the owner, or throws

  std::shared_ptr<State> state_;
};

}  // namespace triptych
