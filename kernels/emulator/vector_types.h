#pragma once
// CUDA's vector types, char1 to double4, and make_float4(x, y, z, w) and its kind. The alignments are CUDA's:
// a float4 is one 16-byte load, and a misaligned one is an error on a GPU.
#define TRIPTYCH_VECTORS(T, name, align2, align4)        \
  struct name##1 {                                       \
    T x;                                                 \
  };                                                     \
  struct alignas(align2) name##2 {                       \
    T x, y;                                              \
  };                                                     \
  struct name##3 {                                       \
    T x, y, z;                                           \
  };                                                     \
  struct alignas(align4) name##4 {                       \
    T x, y, z, w;                                        \
  };                                                     \
  constexpr name##1 make_##name##1(T x) {                \
    return {x};                                          \
  }                                                      \
  constexpr name##2 make_##name##2(T x, T y) {           \
    return {x, y};                                       \
  }                                                      \
  constexpr name##3 make_##name##3(T x, T y, T z) {      \
    return {x, y, z};                                    \
  }                                                      \
  constexpr name##4 make_##name##4(T x, T y, T z, T w) { \
    return {x, y, z, w};                                 \
  }
TRIPTYCH_VECTORS(signed char, char, 2, 4)
TRIPTYCH_VECTORS(unsigned char, uchar, 2, 4)
TRIPTYCH_VECTORS(short, short, 4, 8)
TRIPTYCH_VECTORS(unsigned short, ushort, 4, 8)
TRIPTYCH_VECTORS(int, int, 8, 16)
TRIPTYCH_VECTORS(unsigned, uint, 8, 16)
TRIPTYCH_VECTORS(long, long, 16, 16)
TRIPTYCH_VECTORS(unsigned long, ulong, 16, 16)
TRIPTYCH_VECTORS(long long, longlong, 16, 16)
TRIPTYCH_VECTORS(unsigned long long, ulonglong, 16, 16)
TRIPTYCH_VECTORS(float, float, 8, 16)
TRIPTYCH_VECTORS(double, double, 16, 16)
#undef TRIPTYCH_VECTORS
