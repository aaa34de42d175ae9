#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "engine/storage_pool.h"
#include "kernels/context.h"

namespace triptych {

struct Backend;
struct Kernels;  // kernels/kernels.h: whoever calls one includes it

// The device on which tensors are stored and kernels run. A Device is a handle: copies share one opened
// device, which closes with its last handle and its last tensor. Every call of `open` opens another one, with
// its own context (threads or stream), scratch memory and storage pool, so any number of threads may compute
// concurrently, each on a device that it opened. One op cannot combine tensors of two devices, even if both
// have the same name; Tensor::copy_from copies from one to the other.
//
// One thread at a time uses an opened device: its owner is the first thread that computes on it, and any
// other thread gets an Error instead of a data race. `hand_over` releases the ownership. Any thread may
// destroy handles and the last references to tensors.
class Device {
 public:
  Device() = default;  // no device; converts to false

  // "reference", "cpu", "cuda", ... and "cuda:1" for the second GPU. An unknown name, or an unavailable
  // backend, is an Error with the reason; there is no silent fallback to another device.
  static Device open(const std::string& name);

  explicit operator bool() const { return state_ != nullptr; }
  bool operator==(const Device&) const = default;  // one opened device, not just one name

  const std::string& name() const { return state().name; }
  const Kernels& kernels() const { return *state().kernels; }
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
  // "own"; on the device cuda "cublas"; there, on emulator and on ptx "tf32" or "bf16" (kernels/context.h).
  // Anything else is an Error.
  void use_gemm(const std::string& choice) const;
  std::string gemm() const;
  void synchronise() const;  // waits for the device, and throws its error, if any

  // Releases the ownership: the next thread that computes on this device becomes its owner.
  void hand_over() const;
  // The Error of an op that received tensors of this device and of another one.
  [[noreturn]] void fail_mixed(const Device& other, const std::string& op) const;
  // Returns unused pool memory and the scratch memory to the system.
  void shrink() const;

 private:
  struct State {
    State(const Backend& backend, std::string name, int ordinal);
    ~State();
    std::string name, backend;
    std::unique_ptr<const Kernels> kernels;  // with no entry null (kernels/complete.h)
    Context context;
    StoragePool pool;
    std::atomic<const void*> owner = nullptr;  // this_thread() of the owner
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
