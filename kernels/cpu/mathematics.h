#pragma once
// exp, tanh, sigmoid and the normal distribution, a register at a time. The errors are against the exact function, in
// units of the last place; tests/kernels measures them.
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

TRIPTYCH_INLINE Floats absolute(Floats x) { return (Floats)((Ints)x & 0x7fffffff); }
TRIPTYCH_INLINE Floats with_sign(Floats size, Floats sign) {
  return (Floats)(((Ints)size & 0x7fffffff) | ((Ints)sign & (std::int32_t)0x80000000));
}
TRIPTYCH_INLINE Floats power_of_two(Ints n) { return (Floats)((n + 127) << 23); }  // -126 <= n <= 127

TRIPTYCH_INLINE Floats square_root(Floats x) {
#if defined(__AVX512F__)
  return (Floats)_mm512_sqrt_ps((__m512)x);
#elif defined(__AVX2__)
  return (Floats)_mm256_sqrt_ps((__m256)x);
#else
  for (int i = 0; i < lanes; ++i) x[i] = __builtin_sqrtf(x[i]);
  return x;
#endif
}

// exp(x) = 2^n exp(r), n = round(x / ln 2), |r| <= ln 2 / 2: a polynomial for exp(r) (Cephes), within 2 ulp. Overflows
// to infinity, underflows through the denormals to 0; 2^n is applied in two halves, so that neither leaves the range.
TRIPTYCH_INLINE Floats exponential(Floats x) {
  x = x > 89.0f ? broadcast(89.0f) : x;  // comparisons with NaN are false: it stays
  x = x < -104.0f ? broadcast(-104.0f) : x;
  constexpr float shifter = 0x1.8p23f;  // x + shifter rounds x to an integer, kept in the low bits
  const Floats n = (x * 1.44269504088896341f + shifter) - shifter;
  const Floats r = (x - n * 0.693359375f) + n * 2.12194440e-4f;  // ln 2 in two parts
  Floats p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  const Floats y = p * (r * r) + r + 1.0f;
  const Ints whole = __builtin_convertvector(n, Ints), half = whole >> 1;
  return y * power_of_two(half) * power_of_two(whole - half);
}

// 1 / (1 + exp(-x)), within 4 ulp.
TRIPTYCH_INLINE Floats sigmoid(Floats x) { return 1.0f / (1.0f + exponential(-x)); }

// Near 0 an odd polynomial (Cephes), elsewhere 1 - 2 / (exp(2|x|) + 1), within 3 ulp.
TRIPTYCH_INLINE Floats hyperbolic_tangent(Floats x) {
  const Floats s = x * x, size = absolute(x);
  Floats p = s * -5.70498872745e-3f + 2.06390887954e-2f;
  p = p * s - 5.37397155531e-2f;
  p = p * s + 1.33314422036e-1f;
  p = p * s - 3.33332819422e-1f;
  const Floats near = p * s * x + x;
  const Floats far = 1.0f - 2.0f / (exponential(2.0f * size) + 1.0f);
  return size < 0.625f ? near : with_sign(far, x);
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
