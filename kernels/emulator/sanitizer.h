#pragma once
// The sanitizer that this is compiled for. The scheduler (EMULATOR_SCHEDULER in emulator.mk) is compiled
// without instrumentation and gets these names from the Makefile; all other sources use the compiler's
// macros. g++ has __has_feature from version 14 on, too: it would see the sanitizer that instrumented kernels
// only borrow, whose macro is undefined there.
#if defined(__SANITIZE_ADDRESS__)
#define TRIPTYCH_ADDRESS_SANITIZER
#endif
#if defined(__SANITIZE_THREAD__)
#define TRIPTYCH_THREAD_SANITIZER
#endif
#if defined(__clang__)
#if __has_feature(address_sanitizer) && !defined(TRIPTYCH_ADDRESS_SANITIZER)
#define TRIPTYCH_ADDRESS_SANITIZER
#endif
#if __has_feature(thread_sanitizer) && !defined(TRIPTYCH_THREAD_SANITIZER)
#define TRIPTYCH_THREAD_SANITIZER
#endif
#endif

namespace triptych::emulator {

// With a sanitizer all blocks run on one OS thread, one after the other: shared arrays are then plain static
// arrays, which get red zones from the address sanitizer and names in the thread sanitizer's reports.
#if defined(TRIPTYCH_ADDRESS_SANITIZER) || defined(TRIPTYCH_THREAD_SANITIZER)
#define TRIPTYCH_ONE_BLOCK_AT_A_TIME
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

// Whether kernels announce their accesses to memory (instrumented.h).
#ifdef TRIPTYCH_INSTRUMENTED
inline constexpr bool instrumented = true;
#else
inline constexpr bool instrumented = false;
#endif
static_assert(!sanitized || !instrumented,
              "instrumented kernels borrow what the compiler has for a sanitizer");

}  // namespace triptych::emulator
