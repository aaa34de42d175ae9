#pragma once
// Atomic operations and memory fences. Blocks run on several OS threads, so these are the processor's
// atomics.
#include <atomic>
#include <type_traits>

#include "kernels/emulator/language.h"

namespace triptych::emulator {

// Returns the old value; `change` maps it to the new one.
template <class T, class Change>
T read_modify_write(T* address, Change change) {
  std::atomic_ref<T> atomic(*address);
  T before = atomic.load(std::memory_order_relaxed);
  while (!atomic.compare_exchange_weak(before, change(before), std::memory_order_relaxed)) {
  }
  return before;
}

}  // namespace triptych::emulator

template <class T>
T atomicAdd(T* address, std::type_identity_t<T> value) {
  return std::atomic_ref<T>(*address).fetch_add(value, std::memory_order_relaxed);
}
template <class T>
T atomicMax(T* address, std::type_identity_t<T> value) {
  return triptych::emulator::read_modify_write(address, [=](T old) { return old < value ? value : old; });
}
template <class T>
T atomicMin(T* address, std::type_identity_t<T> value) {
  return triptych::emulator::read_modify_write(address, [=](T old) { return value < old ? value : old; });
}
template <class T>
T atomicOr(T* address, std::type_identity_t<T> value) {
  return triptych::emulator::read_modify_write(address, [=](T old) { return old | value; });
}
template <class T>
T atomicExch(T* address, std::type_identity_t<T> value) {
  return std::atomic_ref<T>(*address).exchange(value, std::memory_order_relaxed);
}
template <class T>
T atomicCAS(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  std::atomic_ref<T>(*address).compare_exchange_strong(expected, value, std::memory_order_relaxed);
  return expected;
}
// Counts up to `last` and wraps to 0: how blocks take tickets.
inline unsigned atomicInc(unsigned* address, unsigned last) {
  return triptych::emulator::read_modify_write(address,
                                               [=](unsigned old) { return old >= last ? 0 : old + 1; });
}

inline void __threadfence() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
}
inline void __threadfence_block() {
  __threadfence();
}
