#pragma once
// A square of floats transposed in registers, for packing an operand that is stored transposed. Element by
// element costs a load and a store each; a square of side 8 costs 8 of both and 24 shuffles, 3/8 of a shuffle
// per element.
#include "kernels/cpu/simd.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// AVX-512 uses squares of side 8, too: side 16 needs half a shuffle more per element, and full registers have
// a lower shuffle throughput (Zen 4: 0.14 to 0.25 cycles per element by 8, 0.26 to 0.45 by 16).
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

// Interleaves the first halves of each group of 4 elements (a0 b0 a1 b1 | a4 b4 a5 b5), and the second
// halves: one instruction each, since no element crosses a 128-bit boundary.
#if defined(__AVX2__)
TRIPTYCH_INLINE Line zip_low(Line a, Line b) {
  return __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13);
}
TRIPTYCH_INLINE Line zip_high(Line a, Line b) {
  return __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
}
// Replaces (a, b) by (the first half of a and of b, the second half of a and of b).
TRIPTYCH_INLINE void exchange_halves(Line& a, Line& b) {
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
  // First the squares of 4 x 4: interleaving lines i and i + 2, and then the results in the same way, is a
  // perfect shuffle each time.
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
  for (int i = 0; i < 4; ++i) exchange_halves(square[i], square[i + 4]);
#endif
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
