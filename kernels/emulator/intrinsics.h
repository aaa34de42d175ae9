#pragma once
// Device functions of CUDA that <cmath> lacks. Approximate ones (__expf, __fdividef, ...) are exact here;
// whether their error on a GPU is within the tests' bound can only be tested on hardware.
#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <type_traits>

#include "kernels/emulator/atomics.h"
#include "kernels/emulator/barriers.h"
#include "kernels/emulator/language.h"

using std::max;
using std::min;
// Of two types, as in CUDA.
template <class A, class B>
requires(std::is_arithmetic_v<A>&& std::is_arithmetic_v<B> && !std::is_same_v<A, B>) constexpr auto max(A a,
                                                                                                        B b) {
  using T = std::common_type_t<A, B>;
  return static_cast<T>(a) < static_cast<T>(b) ? static_cast<T>(b) : static_cast<T>(a);
}
template <class A, class B>
requires(std::is_arithmetic_v<A>&& std::is_arithmetic_v<B> && !std::is_same_v<A, B>) constexpr auto min(A a,
                                                                                                        B b) {
  using T = std::common_type_t<A, B>;
  return static_cast<T>(b) < static_cast<T>(a) ? static_cast<T>(b) : static_cast<T>(a);
}

// fmaf of kernels/cuda: the processor's own instruction where it has one. The compiler may not count on that,
// and a call of the C library would take most of the time of a product, since all sums are saved around it.
#if defined(__x86_64__) && !defined(__clang__)
namespace triptych::emulator {
extern const bool has_fma;  // options.cpp
}
namespace triptych::cuda {
inline float fmaf(float a, float b, float c) {
  if (!emulator::has_fma) return std::fma(a, b, c);
  asm("vfmadd231ss %2, %1, %0" : "+x"(c) : "x"(a), "x"(b));
  return c;
}
}  // namespace triptych::cuda
#endif

inline float rsqrtf(float x) {
  return 1.0f / std::sqrt(x);
}
inline float __expf(float x) {
  return std::exp(x);
}
inline float __logf(float x) {
  return std::log(x);
}
inline float __fdividef(float a, float b) {
  return a / b;
}
inline float __fmaf_rn(float a, float b, float c) {
  return std::fma(a, b, c);
}
inline float __fadd_rn(float a, float b) {
  return a + b;
}
inline float __fsub_rn(float a, float b) {
  return a - b;
}
inline float __fmul_rn(float a, float b) {
  return a * b;
}
inline float __fdiv_rn(float a, float b) {
  return a / b;
}
inline float __fsqrt_rn(float x) {
  return std::sqrt(x);
}
inline float __frcp_rn(float x) {
  return 1.0f / x;
}
inline float __saturatef(float x) {
  return x > 0 ? std::min(x, 1.0f) : 0.0f;  // NaN gives 0, as on a GPU
}

template <std::floating_point T>
T rsqrt(T x) {
  return T(1) / std::sqrt(x);
}
inline float __sinf(float x) {
  return std::sin(x);
}
inline float __cosf(float x) {
  return std::cos(x);
}
inline float __tanf(float x) {
  return std::tan(x);
}
inline float __log2f(float x) {
  return std::log2(x);
}
inline float __log10f(float x) {
  return std::log10(x);
}
inline float __exp10f(float x) {
  return std::pow(10.0f, x);
}
inline float __powf(float x, float y) {
  return std::pow(x, y);
}
inline void __sincosf(float x, float* sine, float* cosine) {
  *sine = std::sin(x);
  *cosine = std::cos(x);
}
inline float __frsqrt_rn(float x) {
  return static_cast<float>(1.0 / std::sqrt(static_cast<double>(x)));
}
inline float fdividef(float a, float b) {
  return a / b;
}
inline float rcbrtf(float x) {
  return 1.0f / std::cbrt(x);
}
// Templates, because newer C libraries have some of these names themselves.
template <std::same_as<float> T>
T sinpif(T x) {
  return static_cast<T>(std::sin(3.14159265358979323846 * x));
}
template <std::same_as<float> T>
T cospif(T x) {
  return static_cast<T>(std::cos(3.14159265358979323846 * x));
}
template <std::floating_point T>
T sinpi(T x) {
  return static_cast<T>(std::sin(3.14159265358979323846 * x));
}
template <std::floating_point T>
T cospi(T x) {
  return static_cast<T>(std::cos(3.14159265358979323846 * x));
}
inline float norm3df(float a, float b, float c) {
  return std::hypot(a, b, c);
}
inline float rhypotf(float a, float b) {
  return 1.0f / std::hypot(a, b);
}
inline float normcdff(float x) {
  return 0.5f * std::erfc(-x * 0.70710678f);
}
inline double __dadd_rn(double a, double b) {
  return a + b;
}
inline double __dmul_rn(double a, double b) {
  return a * b;
}
inline double __fma_rn(double a, double b, double c) {
  return std::fma(a, b, c);
}
// Whole numbers from floats, rounded to nearest, toward zero, down and up.
inline int __float2int_rn(float x) {
  return static_cast<int>(std::nearbyint(x));
}
inline int __float2int_rz(float x) {
  return static_cast<int>(x);
}
inline int __float2int_rd(float x) {
  return static_cast<int>(std::floor(x));
}
inline int __float2int_ru(float x) {
  return static_cast<int>(std::ceil(x));
}
inline unsigned __float2uint_rn(float x) {
  return static_cast<unsigned>(std::nearbyint(x));
}
inline unsigned __float2uint_rz(float x) {
  return static_cast<unsigned>(x);
}
inline int __double2int_rn(double x) {
  return static_cast<int>(std::nearbyint(x));
}
inline int __double2int_rz(double x) {
  return static_cast<int>(x);
}
inline float __int2float_rn(int x) {
  return static_cast<float>(x);
}
inline float __uint2float_rn(unsigned x) {
  return static_cast<float>(x);
}
inline float __double2float_rn(double x) {
  return static_cast<float>(x);
}

inline int __popc(unsigned x) {
  return std::popcount(x);
}
inline int __clz(int x) {
  return std::countl_zero(static_cast<unsigned>(x));
}
inline int __ffs(int x) {
  return __builtin_ffs(x);
}
inline int __popcll(unsigned long long x) {
  return std::popcount(x);
}
inline int __clzll(long long x) {
  return std::countl_zero(static_cast<unsigned long long>(x));
}
inline int __ffsll(long long x) {
  return __builtin_ffsll(x);
}
inline unsigned __brev(unsigned x) {
  unsigned result = 0;
  for (int i = 0; i < 32; ++i) result |= (x >> i & 1) << (31 - i);
  return result;
}
inline unsigned long long __brevll(unsigned long long x) {
  return static_cast<unsigned long long>(__brev(static_cast<unsigned>(x))) << 32 |
         __brev(static_cast<unsigned>(x >> 32));
}
inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
  const std::uint64_t bytes = static_cast<std::uint64_t>(y) << 32 | x;
  unsigned result = 0;
  for (int i = 0; i < 4; ++i)
    result |= static_cast<unsigned>(bytes >> (8 * (selector >> (4 * i) & 7)) & 255) << (8 * i);
  return result;
}
inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) {
  return static_cast<unsigned>((static_cast<std::uint64_t>(high) << 32 | low) << (shift & 31) >> 32);
}
inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
  return static_cast<unsigned>((static_cast<std::uint64_t>(high) << 32 | low) >> (shift & 31));
}
inline int __mulhi(int a, int b) {
  return static_cast<int>(static_cast<std::int64_t>(a) * b >> 32);
}
inline int __mul24(int a, int b) {
  return static_cast<int>(static_cast<std::int64_t>(a << 8 >> 8) * (b << 8 >> 8));
}
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
  return static_cast<unsigned long long>(static_cast<unsigned __int128>(a) * b >> 64);
}
inline int __dp4a(int a, int b, int c) {
  for (int i = 0; i < 4; ++i)
    c += static_cast<signed char>(a >> (8 * i)) * static_cast<signed char>(b >> (8 * i));
  return c;
}
inline long long __double_as_longlong(double x) {
  return std::bit_cast<long long>(x);
}
inline double __longlong_as_double(long long x) {
  return std::bit_cast<double>(x);
}
inline unsigned __umulhi(unsigned a, unsigned b) {
  return static_cast<unsigned>(std::uint64_t(a) * b >> 32);
}
inline int __float_as_int(float x) {
  return std::bit_cast<int>(x);
}
inline float __int_as_float(int x) {
  return std::bit_cast<float>(x);
}
inline unsigned __float_as_uint(float x) {
  return std::bit_cast<unsigned>(x);
}
inline float __uint_as_float(unsigned x) {
  return std::bit_cast<float>(x);
}

namespace triptych::emulator {
// block.cpp: ends the block with this message.
void fail_here(const char* what, Place place);
}  // namespace triptych::emulator
inline void __trap(triptych::emulator::Place place = triptych::emulator::Place::here(__builtin_FILE(),
                                                                                     __builtin_LINE())) {
  triptych::emulator::fail_here("trap: the kernel calls __trap()", place);
}
// A clock that advances; its times mean nothing.
inline long long clock64() {
  thread_local long long now = 0;
  return now += 4;
}
inline void __nanosleep(unsigned) {}

template <class T>
T __ldg(const T* address) {
  triptych::emulator::note_cached(address, sizeof(T));
  return *address;
}
