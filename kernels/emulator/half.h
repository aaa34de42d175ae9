#pragma once
// __half and __nv_bfloat16: floats of 16 bits. Each operation computes in float and rounds once, to the
// nearest even, which for one addition, multiplication or division gives the bits that a card gives.
#include <bit>
#include <cstdint>
#include <type_traits>

#include "kernels/emulator/language.h"

namespace triptych::emulator {

// 5 bits of exponent and 10 of fraction.
constexpr float half_to_float(std::uint16_t h) {
  const std::uint32_t sign = std::uint32_t(h & 0x8000u) << 16, exponent = h >> 10 & 31u,
                      fraction = h & 0x3ffu;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000u | fraction << 13);
  if (exponent == 0) {  // a multiple of 2^-24
    const float value = static_cast<float>(fraction) * 0x1p-24f;
    return sign ? -value : value;
  }
  return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
}
constexpr std::uint16_t float_to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<std::uint16_t>(0x7fff);           // NaN
  if (magnitude >= 0x477ff000u) return static_cast<std::uint16_t>(sign | 0x7c00u);  // rounds to infinity
  std::uint32_t kept = 0, rest = 0, half = 0;
  if (magnitude < 0x38800000u) {  // below 2^-14: a multiple of 2^-24
    const std::uint32_t exponent = magnitude >> 23, shift = 126 - exponent;
    if (shift > 24) return static_cast<std::uint16_t>(sign);
    const std::uint32_t fraction = (magnitude & 0x7fffffu) | 0x800000u;
    kept = fraction >> shift;
    rest = fraction & ((1u << shift) - 1);
    half = 1u << (shift - 1);
  } else {
    kept = (magnitude - 0x38000000u) >> 13;
    rest = magnitude & 0x1fffu;
    half = 0x1000u;
  }
  if (rest > half || (rest == half && (kept & 1))) ++kept;
  return static_cast<std::uint16_t>(sign | kept);
}

// 8 bits of exponent and 7 of fraction: the upper half of a float.
constexpr float bfloat_to_float(std::uint16_t b) {
  return std::bit_cast<float>(std::uint32_t(b) << 16);
}
constexpr std::uint16_t float_to_bfloat(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fff;
  return static_cast<std::uint16_t>((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

}  // namespace triptych::emulator

// A type T of 16 bits, with its conversions, and the pair T2.
#define TRIPTYCH_SHORT_FLOAT(T, T2, to_float, from_float)                                     \
  struct alignas(2) T {                                                                       \
    std::uint16_t bits;                                                                       \
    T() = default;                                                                            \
    template <class A, class = std::enable_if_t<std::is_arithmetic_v<A>>>                     \
    constexpr T(A value) : bits(triptych::emulator::from_float(static_cast<float>(value))) {} \
    constexpr operator float() const { return triptych::emulator::to_float(bits); }           \
    template <class A, class = std::enable_if_t<std::is_arithmetic_v<A>>>                     \
    constexpr T& operator=(A value) {                                                         \
      return *this = T(value);                                                                \
    }                                                                                         \
    constexpr T& operator+=(T b) { return *this = T(float(*this) + float(b)); }               \
    constexpr T& operator-=(T b) { return *this = T(float(*this) - float(b)); }               \
    constexpr T& operator*=(T b) { return *this = T(float(*this) * float(b)); }               \
    constexpr T& operator/=(T b) { return *this = T(float(*this) / float(b)); }               \
    friend constexpr T operator+(T a, T b) { return T(float(a) + float(b)); }                 \
    friend constexpr T operator-(T a, T b) { return T(float(a) - float(b)); }                 \
    friend constexpr T operator*(T a, T b) { return T(float(a) * float(b)); }                 \
    friend constexpr T operator/(T a, T b) { return T(float(a) / float(b)); }                 \
    friend constexpr T operator-(T a) { return T(-float(a)); }                                \
    friend constexpr bool operator==(T a, T b) { return float(a) == float(b); }               \
    friend constexpr bool operator!=(T a, T b) { return float(a) != float(b); }               \
    friend constexpr bool operator<(T a, T b) { return float(a) < float(b); }                 \
    friend constexpr bool operator>(T a, T b) { return float(a) > float(b); }                 \
    friend constexpr bool operator<=(T a, T b) { return float(a) <= float(b); }               \
    friend constexpr bool operator>=(T a, T b) { return float(a) >= float(b); }               \
  };                                                                                          \
  struct alignas(4) T2 {                                                                      \
    T x, y;                                                                                   \
    T2() = default;                                                                           \
    constexpr T2(T x_, T y_) : x(x_), y(y_) {}                                                \
    friend constexpr T2 operator+(T2 a, T2 b) { return {a.x + b.x, a.y + b.y}; }              \
    friend constexpr T2 operator-(T2 a, T2 b) { return {a.x - b.x, a.y - b.y}; }              \
    friend constexpr T2 operator*(T2 a, T2 b) { return {a.x * b.x, a.y * b.y}; }              \
  };                                                                                          \
  constexpr T __hadd(T a, T b) {                                                              \
    return a + b;                                                                             \
  }                                                                                           \
  constexpr T __hsub(T a, T b) {                                                              \
    return a - b;                                                                             \
  }                                                                                           \
  constexpr T __hmul(T a, T b) {                                                              \
    return a * b;                                                                             \
  }                                                                                           \
  constexpr T __hdiv(T a, T b) {                                                              \
    return a / b;                                                                             \
  }                                                                                           \
  constexpr T __hneg(T a) {                                                                   \
    return -a;                                                                                \
  }                                                                                           \
  inline T __hfma(T a, T b, T c) {                                                            \
    return T(std::fma(double(float(a)), double(float(b)), double(float(c))));                 \
  }                                                                                           \
  constexpr T2 __hadd2(T2 a, T2 b) {                                                          \
    return a + b;                                                                             \
  }                                                                                           \
  constexpr T2 __hsub2(T2 a, T2 b) {                                                          \
    return a - b;                                                                             \
  }                                                                                           \
  constexpr T2 __hmul2(T2 a, T2 b) {                                                          \
    return a * b;                                                                             \
  }                                                                                           \
  inline T2 __hfma2(T2 a, T2 b, T2 c) {                                                       \
    return {__hfma(a.x, b.x, c.x), __hfma(a.y, b.y, c.y)};                                    \
  }                                                                                           \
  constexpr bool __hgt(T a, T b) {                                                            \
    return a > b;                                                                             \
  }                                                                                           \
  constexpr bool __hlt(T a, T b) {                                                            \
    return a < b;                                                                             \
  }                                                                                           \
  constexpr bool __heq(T a, T b) {                                                            \
    return a == b;                                                                            \
  }                                                                                           \
  constexpr T __hmax(T a, T b) {                                                              \
    return a > b ? a : b;                                                                     \
  }                                                                                           \
  constexpr T __hmin(T a, T b) {                                                              \
    return a < b ? a : b;                                                                     \
  }                                                                                           \
  constexpr T __low2half(T2 a) {                                                              \
    return a.x;                                                                               \
  }                                                                                           \
  constexpr T __high2half(T2 a) {                                                             \
    return a.y;                                                                               \
  }                                                                                           \
  constexpr float __low2float(T2 a) {                                                         \
    return a.x;                                                                               \
  }                                                                                           \
  constexpr float __high2float(T2 a) {                                                        \
    return a.y;                                                                               \
  }

TRIPTYCH_SHORT_FLOAT(__half, __half2, half_to_float, float_to_half)
TRIPTYCH_SHORT_FLOAT(__nv_bfloat16, __nv_bfloat162, bfloat_to_float, float_to_bfloat)
#undef TRIPTYCH_SHORT_FLOAT

using half = __half;
using half2 = __half2;
using nv_bfloat16 = __nv_bfloat16;
using nv_bfloat162 = __nv_bfloat162;

constexpr __half __float2half(float x) {
  return __half(x);
}
constexpr __half __float2half_rn(float x) {
  return __half(x);
}
constexpr __half __double2half(double x) {
  return __half(static_cast<float>(x));
}
constexpr float __half2float(__half x) {
  return x;
}
constexpr __half __int2half_rn(int x) {
  return __half(x);
}
inline int __half2int_rn(__half x) {
  return static_cast<int>(std::nearbyint(float(x)));
}
constexpr __half2 __float2half2_rn(float x) {
  return {__half(x), __half(x)};
}
constexpr __half2 __floats2half2_rn(float x, float y) {
  return {__half(x), __half(y)};
}
constexpr __half2 __half2half2(__half x) {
  return {x, x};
}
constexpr __half2 __halves2half2(__half x, __half y) {
  return {x, y};
}
constexpr __half2 make_half2(__half x, __half y) {
  return {x, y};
}
constexpr float2 __half22float2(__half2 x) {
  return {x.x, x.y};
}
constexpr unsigned short __half_as_ushort(__half x) {
  return x.bits;
}
constexpr __half __ushort_as_half(unsigned short bits) {
  return std::bit_cast<__half>(bits);
}
inline __half hsqrt(__half x) {
  return __half(std::sqrt(float(x)));
}
inline __half hexp(__half x) {
  return __half(std::exp(float(x)));
}
inline __half hlog(__half x) {
  return __half(std::log(float(x)));
}
inline __half __habs(__half x) {
  return __half(std::fabs(float(x)));
}
inline bool __hisnan(__half x) {
  return std::isnan(float(x));
}
constexpr __nv_bfloat16 __float2bfloat16(float x) {
  return __nv_bfloat16(x);
}
constexpr __nv_bfloat16 __float2bfloat16_rn(float x) {
  return __nv_bfloat16(x);
}
constexpr float __bfloat162float(__nv_bfloat16 x) {
  return x;
}
constexpr __nv_bfloat162 __floats2bfloat162_rn(float x, float y) {
  return {__nv_bfloat16(x), __nv_bfloat16(y)};
}
