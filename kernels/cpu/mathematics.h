#pragma once
// exp, tanh, sigmoid and the normal distribution on one register. The stated errors are relative to the exact
// function, in units of the last place; tests/kernels measures them.
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

TRIPTYCH_INLINE Floats absolute(Floats x) {
  return (Floats)((Ints)x & 0x7fffffff);
}
TRIPTYCH_INLINE Floats with_sign(Floats size, Floats sign) {
  return (Floats)(((Ints)size & 0x7fffffff) | ((Ints)sign & (std::int32_t)0x80000000));
}
TRIPTYCH_INLINE Floats power_of_two(Ints n) {
  return (Floats)((n + 127) << 23);
}  // -126 <= n <= 127

TRIPTYCH_INLINE Floats square_root(Floats x) {
#if defined(__AVX512F__)
  return (Floats)_mm512_maskz_sqrt_ps(0xffff,
                                      (__m512)x);  // the unmasked form causes a false warning in g++ 12
#elif defined(__AVX2__)
  return (Floats)_mm256_sqrt_ps((__m256)x);
#else
  for (int i = 0; i < lanes; ++i) x[i] = __builtin_sqrtf(x[i]);
  return x;
#endif
}

// exp(x) = 2^n exp(r), n = round(x / ln 2), |r| <= ln 2 / 2: a polynomial for exp(r) (Cephes), within 2 ulp.
// Overflows to infinity and underflows through the denormals to 0; 2^n is applied as two factors, so that
// neither leaves the range.
TRIPTYCH_INLINE Floats exponential(Floats x) {
  x = x > 89.0f ? broadcast(89.0f) : x;  // comparisons with NaN are false: NaN propagates
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
TRIPTYCH_INLINE Floats sigmoid(Floats x) {
  return 1.0f / (1.0f + exponential(-x));
}

// log(1 + exp(x)) = max(x, 0) + log(1 + e), e = exp(-|x|) <= 1: nothing overflows, and a tiny result keeps
// its digits (within 5 ulp). log(1 + e) = 2 artanh(s), s = e / (2 + e) <= 1/3: artanh's odd series with
// coefficients from interpolation at Chebyshev points, relative error 2e-8 before rounding.
TRIPTYCH_INLINE Floats softplus(Floats x) {
  const Floats e = exponential(-absolute(x)), s = e / (2.0f + e), u = s * s;
  Floats p = u * 1.342574954e-1f + 1.411830932e-1f;
  p = p * u + 2.000378072e-1f;
  p = p * u + 3.333331943e-1f;
  return 2.0f * s * u * p + 2.0f * s + positive_part(x);
}

// An odd polynomial near 0 (Cephes), elsewhere 1 - 2 / (exp(2|x|) + 1), within 3 ulp.
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

// exp(-t^2 / 2) for t >= 0. An error of the exponent is a relative error of the result, so t is split into a
// head with an exact square and a tail: t^2 = head^2 + (t - head)(t + head).
TRIPTYCH_INLINE Floats bell(Floats t) {
  const Floats head = (Floats)((Ints)t & (std::int32_t)0xfffff000);
  return exponential(head * head * -0.5f) * exponential((t - head) * (t + head) * -0.5f);
}

// The normal distribution Phi(x), relatively accurate in its small tail (within 6 ulp), and its density
// phi(x):
//   Phi(-t) = exp(-t^2 / 2) R(t) / (1 + t), t >= 0,
// R a polynomial in q = (t - 4) / (t + 4), which maps the half line to [-1, 1) (Shepherd & Laframboise 1981
// use the same form); fitted by interpolation at Chebyshev points, relative error 3e-9 before rounding.
struct Normal {
  Floats distribution, density;
};
TRIPTYCH_INLINE Normal normal(Floats x) {
  const Floats size = absolute(x), t = size > 20.0f ? broadcast(20.0f) : size;  // beyond 14.2 the tail is 0
  const Floats q = (t - 4.0f) / (t + 4.0f), e = bell(t);
  constexpr float coefficients[] = {6.904429756104946e-4f, -2.989144704770297e-4f, -5.001626443117857e-3f,
                                    1.793922856450081e-2f, -3.219794854521751e-2f, 2.860005199909210e-2f,
                                    1.399964652955532e-2f, -9.670346975326538e-2f, 4.720532000064850e-1f};
  Floats r = q * -7.50647159293294e-5f + -6.823701551184058e-5f;
#pragma GCC unroll 16
  for (float coefficient : coefficients) r = r * q + coefficient;
  const Floats tail = e * r / (1.0f + t);
  return {x < 0.0f ? tail : 1.0f - tail, e * 0.398942280401432678f};
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
