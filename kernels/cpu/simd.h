#pragma once
// One vector register of floats and the operations that the kernels need, on the vector extensions of GCC and
// clang: +, -, *, /, comparisons and mask ? a : b work on `Floats` lane by lane as they do on float, and a *
// b + c compiles to one fused multiply-add where the processor has it. The same source, compiled with
// different flags, is the portable (4 lanes), NEON (4), AVX2 (8) or AVX-512 (16) version. isa.mk explains why
// everything here has internal linkage.
#include <cstdint>
#include <cstring>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "kernels/real.h"

#ifndef TRIPTYCH_ISA
#define TRIPTYCH_ISA portable  // for editors and analysers; the build always defines it
#endif
#define TRIPTYCH_INLINE inline __attribute__((always_inline))

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int lanes = 16;
#elif defined(__AVX2__)
constexpr int lanes = 8;
#else
constexpr int lanes = 4;
#endif

// How many vector registers a kernel may count on: the size of its tiles follows from it.
#if defined(__AVX512F__) || defined(TRIPTYCH_NEON)
constexpr int registers = 32;
#else
constexpr int registers = 16;
#endif

typedef float Floats __attribute__((vector_size(lanes * 4)));
// Also the type of a comparison: 0 or -1 in each lane.
typedef std::int32_t Ints __attribute__((vector_size(lanes * 4)));
typedef std::uint8_t Bytes __attribute__((vector_size(lanes)));

TRIPTYCH_INLINE Floats broadcast(float x) {
  return x - Floats{};
}
TRIPTYCH_INLINE Ints broadcast(std::int32_t x) {
  return x - Ints{};
}

TRIPTYCH_INLINE Floats load(const float* p) {
  Floats v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
TRIPTYCH_INLINE Ints load(const std::int32_t* p) {
  Ints v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
TRIPTYCH_INLINE void store(float* p, Floats v) {
  std::memcpy(p, &v, sizeof v);
}
TRIPTYCH_INLINE void store(std::int32_t* p, Ints v) {
  std::memcpy(p, &v, sizeof v);
}

// The first n < lanes elements. The remaining lanes load as 0, and their memory is neither read nor written.
TRIPTYCH_INLINE Floats load(const float* p, Index n) {
#if defined(__AVX512F__)
  return (Floats)_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << n) - 1), p);
#elif defined(__AVX2__)
  const Ints lane = {0, 1, 2, 3, 4, 5, 6, 7};
  return (Floats)_mm256_maskload_ps(p, (__m256i)(lane < broadcast(static_cast<std::int32_t>(n))));
#else
  Floats v = {};
  for (int i = 0; i < lanes; ++i)
    if (i < n) v[i] = p[i];
  return v;
#endif
}
TRIPTYCH_INLINE void store(float* p, Floats v, Index n) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << n) - 1), (__m512)v);
#else
  for (int i = 0; i < lanes; ++i)
    if (i < n) p[i] = v[i];
#endif
}
TRIPTYCH_INLINE Ints load(const std::int32_t* p, Index n) {
  Ints v = {};
  for (int i = 0; i < lanes; ++i)
    if (i < n) v[i] = p[i];
  return v;
}
TRIPTYCH_INLINE void store(std::int32_t* p, Ints v, Index n) {
  for (int i = 0; i < lanes; ++i)
    if (i < n) p[i] = v[i];
}
// Conversion between bytes in memory (masks, winners) and integers in lanes. GCC 12 converts such a vector
// element by element, hence the intrinsics. The masked forms with a full mask avoid a false warning about
// uninitialised lanes.
TRIPTYCH_INLINE Ints load(const std::uint8_t* p) {
#if defined(__AVX512F__)
  return (Ints)_mm512_maskz_cvtepu8_epi32(0xffff, _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
#elif defined(__AVX2__)
  return (Ints)_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
#else
  Bytes v;
  std::memcpy(&v, p, sizeof v);
  return __builtin_convertvector(v, Ints);
#endif
}
TRIPTYCH_INLINE Ints load(const std::uint8_t* p, Index n) {
  Ints v = {};
  for (int i = 0; i < lanes; ++i)
    if (i < n) v[i] = p[i];
  return v;
}
TRIPTYCH_INLINE void store(std::uint8_t* p, Ints v) {
#if defined(__AVX512F__)
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_maskz_cvtepi32_epi8(0xffff, (__m512i)v));
#elif defined(__AVX2__)
  const __m256i low = _mm256_set1_epi32(0x0c080400);  // the lowest byte of each of four integers
  const __m256i fours = _mm256_shuffle_epi8((__m256i)v, low);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p),
                   _mm_unpacklo_epi32(_mm256_castsi256_si128(fours), _mm256_extracti128_si256(fours, 1)));
#else
  const Bytes b = __builtin_convertvector(v, Bytes);
  std::memcpy(p, &b, sizeof b);
#endif
}
TRIPTYCH_INLINE void store(std::uint8_t* p, Ints v, Index n) {
  for (int i = 0; i < lanes; ++i)
    if (i < n) p[i] = static_cast<std::uint8_t>(v[i]);
}

// One register of an array, full (Whole) or the partial one at its end (Rest): the argument that sweep()
// passes to its body.
struct Whole {
  template <class T>
  TRIPTYCH_INLINE auto get(const T* p) const {
    return load(p);
  }
  template <class T, class V>
  TRIPTYCH_INLINE void put(T* p, V v) const {
    store(p, v);
  }
  TRIPTYCH_INLINE Floats or_else(Floats v, float) const { return v; }
  template <class Body>
  TRIPTYCH_INLINE void for_each_lane(Body body) const {
#pragma GCC unroll 16
    for (Index lane = 0; lane < lanes; ++lane) body(lane);
  }
};
struct Rest {
  Index n;
  template <class T>
  TRIPTYCH_INLINE auto get(const T* p) const {
    return load(p, n);
  }
  template <class T, class V>
  TRIPTYCH_INLINE void put(T* p, V v) const {
    store(p, v, n);
  }
  // Replaces the unused lanes by the neutral element: 0 in a sum, -infinity in a maximum.
  TRIPTYCH_INLINE Floats or_else(Floats v, float filler) const {
    for (int i = 0; i < lanes; ++i)
      if (i >= n) v[i] = filler;
    return v;
  }
  template <class Body>
  TRIPTYCH_INLINE void for_each_lane(Body body) const {
    for (Index lane = 0; lane < n; ++lane) body(lane);
  }
};

// Calls body(i, part) for i = begin, begin + lanes, ... below end.
template <class Body>
TRIPTYCH_INLINE void sweep(Index begin, Index end, Body body) {
  Index i = begin;
  for (; i + lanes <= end; i += lanes) body(i, Whole{});
  if (i < end) body(i, Rest{end - i});
}

TRIPTYCH_INLINE void copy_floats(float* to, const float* from, Index n) {
  sweep(0, n, [&](Index i, auto part) { part.put(to + i, part.get(from + i)); });
}
TRIPTYCH_INLINE void clear_floats(float* to, Index n) {
  sweep(0, n, [&](Index i, auto part) { part.put(to + i, Floats{}); });
}

// max(x, 0) that propagates NaN: 0 > NaN is false, so the comparison selects x.
TRIPTYCH_INLINE Floats positive_part(Floats x) {
  return broadcast(0.0f) > x ? broadcast(0.0f) : x;
}

// Whether x replaces the current maximum: x > best, or x is the first NaN. !(x <= best) is true in both cases
// and also when best is NaN; best == best excludes that one. So NaN propagates, and the first of equal values
// wins.
TRIPTYCH_INLINE Ints replaces(Floats x, Floats best) {
  return ~(x <= best) & (best == best);
}
TRIPTYCH_INLINE bool replaces(float x, float best) {
  return !(x <= best) && best == best;
}

// The sum over the lanes, always by the same binary tree.
template <int n>
TRIPTYCH_INLINE float sum_of(const float* x) {
  if constexpr (n == 1) {
    return *x;
  } else {
    float halves[n / 2];
    for (int i = 0; i < n / 2; ++i) halves[i] = x[i] + x[i + n / 2];
    return sum_of<n / 2>(halves);
  }
}
TRIPTYCH_INLINE float sum(Floats v) {
  float x[lanes];
  store(x, v);
  return sum_of<lanes>(x);
}

TRIPTYCH_INLINE Index minimum(Index a, Index b) {
  return a < b ? a : b;
}
TRIPTYCH_INLINE Index maximum(Index a, Index b) {
  return a > b ? a : b;
}
TRIPTYCH_INLINE Index round_up(Index n, Index unit) {
  return (n + unit - 1) / unit * unit;
}
TRIPTYCH_INLINE Index divide_up(Index n, Index unit) {
  return (n + unit - 1) / unit;
}

// 0 .. n - 1 partitioned into `parts` runs whose lengths differ by at most one.
struct Cut {
  Index n, parts;
  TRIPTYCH_INLINE Index begin(Index part) const { return part * n / parts; }
  TRIPTYCH_INLINE Index size(Index part) const { return begin(part + 1) - begin(part); }
};

}  // namespace
// A product that is rounded before it is added: the sum has the same bits with and without fused
// multiply-adds.
template <class T>
TRIPTYCH_INLINE T rounded(T product) {
#if defined(__AVX512F__)
  asm("" : "+v"(product));
#elif defined(__x86_64__)
  asm("" : "+x"(product));
#elif defined(__aarch64__)
  asm("" : "+w"(product));
#endif
  return product;
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
