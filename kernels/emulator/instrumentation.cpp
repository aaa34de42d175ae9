// What the compiler calls in instrumented kernels (instrumented.h). Host code of kernels/cuda is instrumented
// as well; there these functions do nothing.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "kernels/emulator/block.h"

using namespace triptych::emulator;

namespace {

// Apart, so that a kernel that is not watched pays for a comparison alone.
[[gnu::noinline, gnu::cold]] void access(const void* address, std::size_t bytes, Touch touch, AccessKind kind,
                                         const void* at) {
  if (Block* const block = running_block()) block->access(address, bytes, touch, kind, at);
}

// What the compiler says of an operation: its place in the source, and the operands' type.
struct OverflowData {
  const char* file;
  std::uint32_t line, column;
};

void overflow(const OverflowData& data, const char* operation) {
  if (Block* const block = running_block())
    block->fault_in_source(
        std::string("integer overflow: the result of a signed ") + operation +
            " does not fit, which is undefined; widen an operand first, as in Index(row) * "
            "distance",
        Place{data.file, static_cast<int>(data.line)});
}

}  // namespace

// The byte before is the last one of the call, and so of the line that makes the access.
#define RETURN_ADDRESS (static_cast<const char*>(__builtin_return_address(0)) - 1)
#define DEFINE_ACCESS(name, bytes, touch, kind)                               \
  extern "C" void triptych_##name(void* address) {                            \
    if (__builtin_expect(accesses_are_watched, 0))                            \
      access(address, bytes, Touch::touch, AccessKind::kind, RETURN_ADDRESS); \
  }
#define DEFINE_SIZES(name, touch, kind)  \
  DEFINE_ACCESS(name##1, 1, touch, kind) \
  DEFINE_ACCESS(name##2, 2, touch, kind) \
  DEFINE_ACCESS(name##4, 4, touch, kind) \
  DEFINE_ACCESS(name##8, 8, touch, kind) \
  DEFINE_ACCESS(name##16, 16, touch, kind)

DEFINE_SIZES(read, read, weak)
DEFINE_SIZES(write, write, weak)
DEFINE_SIZES(volatile_read, read, strong)
DEFINE_SIZES(volatile_write, write, strong)
DEFINE_SIZES(unaligned_read, read, weak)
DEFINE_SIZES(unaligned_write, write, weak)
extern "C" void triptych_read_range(void* address, std::size_t bytes) {
  if (accesses_are_watched) access(address, bytes, Touch::read, AccessKind::weak, RETURN_ADDRESS);
}
extern "C" void triptych_write_range(void* address, std::size_t bytes) {
  if (accesses_are_watched) access(address, bytes, Touch::write, AccessKind::weak, RETURN_ADDRESS);
}
extern "C" void triptych_init() {}
extern "C" void triptych_func_entry(void*) {}
extern "C" void triptych_func_exit() {}
extern "C" void triptych_vptr_update(void**, void*) {}

// Atomics of host code; those of kernels are functions of atomics.h. In the strongest order, whichever was
// asked for.
#define DEFINE_ATOMICS(bits, T)                                                                        \
  extern "C" T triptych_atomic##bits##_load(const volatile T* a, int) {                                \
    return __atomic_load_n(a, __ATOMIC_SEQ_CST);                                                       \
  }                                                                                                    \
  extern "C" void triptych_atomic##bits##_store(volatile T* a, T v, int) {                             \
    __atomic_store_n(a, v, __ATOMIC_SEQ_CST);                                                          \
  }                                                                                                    \
  extern "C" T triptych_atomic##bits##_exchange(volatile T* a, T v, int) {                             \
    return __atomic_exchange_n(a, v, __ATOMIC_SEQ_CST);                                                \
  }                                                                                                    \
  extern "C" T triptych_atomic##bits##_fetch_add(volatile T* a, T v, int) {                            \
    return __atomic_fetch_add(a, v, __ATOMIC_SEQ_CST);                                                 \
  }                                                                                                    \
  extern "C" T triptych_atomic##bits##_fetch_sub(volatile T* a, T v, int) {                            \
    return __atomic_fetch_sub(a, v, __ATOMIC_SEQ_CST);                                                 \
  }                                                                                                    \
  extern "C" T triptych_atomic##bits##_fetch_or(volatile T* a, T v, int) {                             \
    return __atomic_fetch_or(a, v, __ATOMIC_SEQ_CST);                                                  \
  }                                                                                                    \
  extern "C" T triptych_atomic##bits##_fetch_and(volatile T* a, T v, int) {                            \
    return __atomic_fetch_and(a, v, __ATOMIC_SEQ_CST);                                                 \
  }                                                                                                    \
  extern "C" int triptych_atomic##bits##_compare_exchange_strong(volatile T* a, T* c, T v, int, int) { \
    return __atomic_compare_exchange_n(a, c, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);            \
  }                                                                                                    \
  extern "C" int triptych_atomic##bits##_compare_exchange_weak(volatile T* a, T* c, T v, int, int) {   \
    return __atomic_compare_exchange_n(a, c, v, true, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);             \
  }
DEFINE_ATOMICS(8, std::uint8_t)
DEFINE_ATOMICS(32, std::uint32_t)
DEFINE_ATOMICS(64, std::uint64_t)
extern "C" void triptych_atomic_thread_fence(int) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

extern "C" void triptych_add_overflow(const OverflowData* data, void*, void*) {
  overflow(*data, "addition");
}
extern "C" void triptych_sub_overflow(const OverflowData* data, void*, void*) {
  overflow(*data, "subtraction");
}
extern "C" void triptych_mul_overflow(const OverflowData* data, void*, void*) {
  overflow(*data, "multiplication");
}
extern "C" void triptych_negate_overflow(const OverflowData* data, void*) {
  overflow(*data, "negation");
}
extern "C" void triptych_divrem_overflow(const OverflowData* data, void*, void*) {
  overflow(*data, "division");
}

// assert() of a learner's file (learner.h).
extern "C" [[noreturn]] void triptych_assert_fail(const char* condition, const char* file, unsigned line,
                                                  const char* function) {
  if (Block* const block = running_block())
    block->fault_in_source(std::string("assertion: '") + condition + "' does not hold",
                           Place{file, static_cast<int>(line)});
  std::fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function, condition);
  std::abort();
}

namespace triptych::emulator {

constinit bool accesses_are_watched = false;

void note_atomic(const void* address, std::size_t bytes, const void* at) {
  if (instrumented && accesses_are_watched)
    access(address, bytes, Touch::change, AccessKind::strong, static_cast<const char*>(at) - 1);
}
void note_cached(const void* address, std::size_t bytes) {
  if (instrumented && accesses_are_watched)
    access(address, bytes, Touch::read, AccessKind::cached, RETURN_ADDRESS);
}
void note_fence(bool device) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  if constexpr (!instrumented) return;
  if (Block* const block = running_block()) block->fence(device);
}

}  // namespace triptych::emulator
