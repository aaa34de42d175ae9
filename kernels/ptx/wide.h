#pragma once

// The loops over 32 lanes are compiled twice: for any processor, and for x86-64 with AVX2 and FMA, where a
// register of the processor holds 8 lanes. Which one an instruction gets is decided when it is decoded.
//
//   TRIPTYCH_LANES static void execute_lanes(...) { body(...); }    for AVX2
//   static void execute(...) { body(...); }                         for any processor
//
// `body` is inlined into both (TRIPTYCH_INTO), so it is written once. Sanitizers and other processors have
// the second one alone.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define TRIPTYCH_LANES __attribute__((target("avx2,fma,bmi,bmi2,lzcnt,popcnt")))
#else
#define TRIPTYCH_LANES
#endif
#define TRIPTYCH_INTO [[gnu::always_inline]] inline

namespace triptych::ptx {

inline bool has_wide_lanes() {
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  static const bool has =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  return has;
#else
  return false;
#endif
}

}  // namespace triptych::ptx
