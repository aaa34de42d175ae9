#pragma once
// Atomic operations and memory fences. Blocks run on several OS threads, so these are the processor's
// atomics.
#include <bit>
#include <cstddef>
#include <type_traits>

#include "kernels/emulator/language.h"

// Not instrumented: the operation announces itself. The real thread sanitizer has to see it.
#ifdef TRIPTYCH_INSTRUMENTED
#define TRIPTYCH_ATOMIC __attribute__((no_sanitize("thread", "undefined"), noinline))
#else
#define TRIPTYCH_ATOMIC __attribute__((noinline))
#endif

namespace triptych::emulator {

// instrumentation.cpp: an atomic change, a read through the read-only cache, and a fence of the running GPU
// thread. `at` is the address to which the atomic function returns.
void note_atomic(const void* address, std::size_t bytes, const void* at);
void note_cached(const void* address, std::size_t bytes);
void note_fence(bool device);

// Returns the old value; `change` maps it to the new one.
template <class T, class Change>
TRIPTYCH_ATOMIC T read_modify_write(T* address, Change change) {
  note_atomic(address, sizeof(T), __builtin_return_address(0));
  using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t,
                                  std::conditional_t<sizeof(T) == 2, std::uint16_t, std::uint32_t>>;
  static_assert(sizeof(T) == sizeof(Bits), "an atomic has 2, 4 or 8 bytes");
  auto* const memory = reinterpret_cast<Bits*>(address);
  Bits before = __atomic_load_n(memory, __ATOMIC_RELAXED);
  while (!__atomic_compare_exchange_n(memory, &before, std::bit_cast<Bits>(change(std::bit_cast<T>(before))),
                                      true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  return std::bit_cast<T>(before);
}

}  // namespace triptych::emulator

template <class T>
T atomicAdd(T* address, std::type_identity_t<T> value) {
  return triptych::emulator::read_modify_write(address, [=](T old) {
    if constexpr (std::is_integral_v<T>)  // wraps around
      return static_cast<T>(static_cast<std::make_unsigned_t<T>>(old) +
                            static_cast<std::make_unsigned_t<T>>(value));
    else
      return old + value;
  });
}
template <class T>
T atomicSub(T* address, std::type_identity_t<T> value) {
  return triptych::emulator::read_modify_write(address, [=](T old) {
    if constexpr (std::is_integral_v<T>)
      return static_cast<T>(static_cast<std::make_unsigned_t<T>>(old) -
                            static_cast<std::make_unsigned_t<T>>(value));
    else
      return old - value;
  });
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
T atomicAnd(T* address, std::type_identity_t<T> value) {
  return triptych::emulator::read_modify_write(address, [=](T old) { return old & value; });
}
template <class T>
T atomicXor(T* address, std::type_identity_t<T> value) {
  return triptych::emulator::read_modify_write(address, [=](T old) { return old ^ value; });
}
template <class T>
T atomicExch(T* address, std::type_identity_t<T> value) {
  return triptych::emulator::read_modify_write(address, [=](T) { return value; });
}
template <class T>
T atomicCAS(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  return triptych::emulator::read_modify_write(address, [=](T old) { return old == expected ? value : old; });
}
// Counts up to `last` and wraps to 0: how blocks take tickets.
inline unsigned atomicInc(unsigned* address, unsigned last) {
  return triptych::emulator::read_modify_write(address,
                                               [=](unsigned old) { return old >= last ? 0 : old + 1; });
}

// Counts down from `first`, and from 0 to it.
inline unsigned atomicDec(unsigned* address, unsigned first) {
  return triptych::emulator::read_modify_write(
      address, [=](unsigned old) { return old == 0 || old > first ? first : old - 1; });
}
// For all blocks, within one block, and for the host as well: here they are the same.
#define TRIPTYCH_SCOPES(name)                              \
  template <class T>                                       \
  T name##_block(T* address, std::type_identity_t<T> v) {  \
    return name(address, v);                               \
  }                                                        \
  template <class T>                                       \
  T name##_system(T* address, std::type_identity_t<T> v) { \
    return name(address, v);                               \
  }
TRIPTYCH_SCOPES(atomicAdd)
TRIPTYCH_SCOPES(atomicSub)
TRIPTYCH_SCOPES(atomicMax)
TRIPTYCH_SCOPES(atomicMin)
TRIPTYCH_SCOPES(atomicAnd)
TRIPTYCH_SCOPES(atomicOr)
TRIPTYCH_SCOPES(atomicXor)
TRIPTYCH_SCOPES(atomicExch)
#undef TRIPTYCH_SCOPES

inline void __threadfence_system() {
  triptych::emulator::note_fence(true);
}
inline void __threadfence() {
  triptych::emulator::note_fence(true);
}
inline void __threadfence_block() {
  triptych::emulator::note_fence(false);
}
