#pragma once
// Registers of whole pixels, for images of three channels: R, G, B and an unused fourth lane.
#include "kernels/cpu/simd.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

constexpr int pixels = lanes / 4;  // per register

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

// 0, 1, 2, ...
TRIPTYCH_INLINE Floats from_zero() {
  Floats v;
  for (int i = 0; i < lanes; ++i) v[i] = static_cast<float>(i);
  return v;
}

// One value per channel, repeated for all pixels.
TRIPTYCH_INLINE Floats for_channels(const float* channels) {
  Floats v = {};
  for (int i = 0; i < lanes; ++i)
    if (i % 4 < 3) v[i] = channels[i % 4];
  return v;
}

// One value per pixel, repeated in its four lanes.
TRIPTYCH_INLINE Floats for_pixels(const float* numbers) {
#if defined(__AVX512F__)
  const __m512 again = _mm512_maskz_broadcast_f32x4(0xffff, _mm_loadu_ps(numbers));
  return (Floats)_mm512_maskz_permutevar_ps(
      0xffff, again, _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3));
#elif defined(__AVX2__)
  double two;
  std::memcpy(&two, numbers, sizeof two);
  const __m256 again = _mm256_castpd_ps(_mm256_set1_pd(two));
  return (Floats)_mm256_permutevar_ps(again, _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1));
#else
  return broadcast(*numbers);
#endif
}

// Loads pixels of three bytes as floats. A register of them reads at most this many bytes:
constexpr Index bytes_read = pixels > 1 ? 16 : 4;
TRIPTYCH_INLINE Floats load_bytes(const std::uint8_t* p) {
#if defined(__AVX2__)
  const __m128i four = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)),
                                        _mm_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1));
#if defined(__AVX512F__)
  return (Floats)_mm512_maskz_cvtepi32_ps(0xffff, _mm512_maskz_cvtepu8_epi32(0xffff, four));
#else
  return (Floats)_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(four));
#endif
#elif defined(__SSE2__)
  std::int32_t four;
  std::memcpy(&four, p, sizeof four);
  const __m128i zero = _mm_setzero_si128(), bytes = _mm_cvtsi32_si128(four);
  return (Floats)_mm_cvtepi32_ps(_mm_unpacklo_epi16(_mm_unpacklo_epi8(bytes, zero), zero));
#else
  return Floats{static_cast<float>(p[0]), static_cast<float>(p[1]), static_cast<float>(p[2])};
#endif
}
// The first n pixels; reads no byte beyond them.
TRIPTYCH_INLINE Floats load_bytes(const std::uint8_t* p, Index n) {
  std::uint8_t bytes[bytes_read] = {};
  for (Index i = 0; i < 3 * n; ++i) bytes[i] = p[i];
  return load_bytes(bytes);
}

// Loads pixels of four floats at base + places[0], base + places[1], ...
TRIPTYCH_INLINE Floats load_pixels(const float* base, const std::int32_t* places) {
#if defined(__AVX2__)
  const auto two = [&](int i) __attribute__((always_inline)) {
    const __m256 first = _mm256_castps128_ps256(_mm_loadu_ps(base + places[i]));
    return _mm256_insertf128_ps(first, _mm_loadu_ps(base + places[i + 1]), 1);
  };
#if defined(__AVX512F__)
  return (Floats)_mm512_maskz_insertf32x8(0xffff, _mm512_castps256_ps512(two(0)), two(2), 1);
#else
  return (Floats)two(0);
#endif
#else
  return load(base + *places);
#endif
}

// Removes the fourth lanes: R, G, B, R, G, B, ..., the remaining lanes undefined.
TRIPTYCH_INLINE Floats three_of_four(Floats v) {
#if defined(__AVX512F__)
  const __m512i order = _mm512_setr_epi32(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 15, 15, 15);
  return (Floats)_mm512_maskz_permutexvar_ps(0xffff, order, (__m512)v);
#elif defined(__AVX2__)
  return (Floats)_mm256_permutevar8x32_ps((__m256)v, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 7, 7));
#else
  return v;
#endif
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
