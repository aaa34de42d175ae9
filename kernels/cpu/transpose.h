#pragma once
// A square of lanes x lanes numbers turned in registers: what packing does with an operand that lies the other way
// round in memory. One number at a time costs a load and a store each; a square costs `lanes` of both and
// lanes log2(lanes) shuffles, 3/8 of an instruction a number with AVX2.
#include "kernels/cpu/simd.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// The first halves of each group of 4 lanes interleaved (a0 b0 a1 b1 | a4 b4 a5 b5 | ...), and the second halves: one
// instruction each, because no lane leaves its 128 bits.
#if defined(__AVX512F__)
TRIPTYCH_INLINE Floats zip_low(Floats a, Floats b) {
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
}
TRIPTYCH_INLINE Floats zip_high(Floats a, Floats b) {
  return __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
}
// Blocks of 4 or of 8 lanes trade places: of each pair of them the first of a and the first of b, or the second ones.
TRIPTYCH_INLINE void trade_quarters(Floats& a, Floats& b) {
  const Floats first =
      __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
  b = __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
  a = first;
}
TRIPTYCH_INLINE void trade_halves(Floats& a, Floats& b) {
  const Floats first = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  b = __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  a = first;
}
#elif defined(__AVX2__)
TRIPTYCH_INLINE Floats zip_low(Floats a, Floats b) {
  return __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13);
}
TRIPTYCH_INLINE Floats zip_high(Floats a, Floats b) {
  return __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
}
TRIPTYCH_INLINE void trade_quarters(Floats& a, Floats& b) {
  const Floats first = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
  b = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  a = first;
}
#else
TRIPTYCH_INLINE Floats zip_low(Floats a, Floats b) {
  return __builtin_shufflevector(a, b, 0, 4, 1, 5);
}
TRIPTYCH_INLINE Floats zip_high(Floats a, Floats b) {
  return __builtin_shufflevector(a, b, 2, 6, 3, 7);
}
#endif

// rows[i][j] <-> rows[j][i]
TRIPTYCH_INLINE void transpose(Floats (&rows)[lanes]) {
  // Squares of 4 x 4 first: zipping rows i and i + 2, then the results the same way, is a perfect shuffle each time.
#pragma GCC unroll 16
  for (int i = 0; i < lanes; i += 4) {
    const Floats even_low = zip_low(rows[i], rows[i + 2]), even_high = zip_high(rows[i], rows[i + 2]);
    const Floats odd_low = zip_low(rows[i + 1], rows[i + 3]), odd_high = zip_high(rows[i + 1], rows[i + 3]);
    rows[i] = zip_low(even_low, odd_low), rows[i + 1] = zip_high(even_low, odd_low);
    rows[i + 2] = zip_low(even_high, odd_high), rows[i + 3] = zip_high(even_high, odd_high);
  }
#if defined(__AVX2__)
#pragma GCC unroll 16
  for (int i = 0; i < lanes; ++i)
    if (i % 8 < 4) trade_quarters(rows[i], rows[i + 4]);
#endif
#if defined(__AVX512F__)
#pragma GCC unroll 16
  for (int i = 0; i < 8; ++i) trade_halves(rows[i], rows[i + 8]);
#endif
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
