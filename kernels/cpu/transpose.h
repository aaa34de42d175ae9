#pragma once
// A square of numbers transposed in registers: what packing does with an operand that lies the other way
// round in memory. One number at a time costs a load and a store each; a square of 8 costs 8 of both and 24
// shuffles, 3/8 of an instruction a number.
#include "kernels/cpu/simd.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// With AVX-512, too, squares are 8 numbers wide: 16 would take half a shuffle more for each number, and of
// whole registers a processor shuffles fewer in a cycle (Zen 4: 0.14 to 0.25 cycles a number by 8, 0.26 to
// 0.45 by 16).
constexpr int side = lanes < 8 ? lanes : 8;
typedef float Line __attribute__((vector_size(side * 4)));

TRIPTYCH_INLINE Line load_line(const float* p) {
  Line line;
  std::memcpy(&line, p, sizeof line);
  return line;
}
TRIPTYCH_INLINE void store_line(float* p, Line line) {
  std::memcpy(p, &line, sizeof line);
}

// The first halves of each group of 4 numbers interleaved (a0 b0 a1 b1 | a4 b4 a5 b5), and the second halves:
// one instruction each, because no number leaves its 128 bits.
#if defined(__AVX2__)
TRIPTYCH_INLINE Line zip_low(Line a, Line b) {
  return __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13);
}
TRIPTYCH_INLINE Line zip_high(Line a, Line b) {
  return __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
}
// Halves trade places: the first of a and of b, and the second ones.
TRIPTYCH_INLINE void trade_halves(Line& a, Line& b) {
  const Line first = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
  b = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  a = first;
}
#else
TRIPTYCH_INLINE Line zip_low(Line a, Line b) {
  return __builtin_shufflevector(a, b, 0, 4, 1, 5);
}
TRIPTYCH_INLINE Line zip_high(Line a, Line b) {
  return __builtin_shufflevector(a, b, 2, 6, 3, 7);
}
#endif

// square[i][j] <-> square[j][i]
TRIPTYCH_INLINE void transpose(Line (&square)[side]) {
  // Squares of 4 x 4 first: zipping lines i and i + 2, then the results the same way, is a perfect shuffle
  // each time.
#pragma GCC unroll 8
  for (int i = 0; i < side; i += 4) {
    const Line even_low = zip_low(square[i], square[i + 2]), even_high = zip_high(square[i], square[i + 2]);
    const Line odd_low = zip_low(square[i + 1], square[i + 3]),
               odd_high = zip_high(square[i + 1], square[i + 3]);
    square[i] = zip_low(even_low, odd_low), square[i + 1] = zip_high(even_low, odd_low);
    square[i + 2] = zip_low(even_high, odd_high), square[i + 3] = zip_high(even_high, odd_high);
  }
#if defined(__AVX2__)
#pragma GCC unroll 8
  for (int i = 0; i < 4; ++i) trade_halves(square[i], square[i + 4]);
#endif
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
