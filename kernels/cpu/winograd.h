#pragma once
// Neighbouring outputs of a row with fewer multiplications (Winograd 1980, "minimal filtering"; Toom and Cook
// before).
//
// m outputs with t taps along a row, y[i] = sum_s d[i + s] g[s], need m t multiplications. But a product of
// polynomials is determined by its values at as many points as it has coefficients: evaluate both factors at
// m + t - 1 points, multiply pointwise, and interpolate the coefficients. The transpose of this algorithm (a
// correlation is the gradient of a polynomial product) is
//
//     y = A^T [ (G g) * (B^T d) ]          d: m + t - 1 = 8 inputs, * elementwise: 8 multiplications
//
// with the points 0, 1, -1, 2, -2, 1/2, -1/2 and infinity: 8 multiplications compute 4 outputs of 5 taps
// instead of 20, or 6 of 3 instead of 18. B^T, A^T and G cost additions, but many sums share each of them:
// B^T is applied once per input, whatever the number of filters and of their rows; A^T once per sum over all
// rows and channels. The algorithm runs along rows only: two dimensions need even fewer multiplications (64
// instead of 400), but the sums between the transforms are five times shorter, and rounding grows with the
// square.
//
// Rounding grows with the powers of the points, with their proximity and, as in any sum, with its length. The
// outputs of a tile are combined before they are separated, so that the error of each is relative to the
// largest: with signed values and sums of up to 450 products, within 16 eps of the largest sum of |x| |w| of
// the image (tests/kernels/cpu/winograd_test.cpp).
#include "kernels/cpu/simd.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

constexpr int points = 8;
// For the pairs p, -p: even powers are equal, odd ones differ in sign.
constexpr float pair_points[3] = {1, 2, 0.5f};
// 1 / product of (p - q) over the other points q: the factor of the interpolation, folded into the evaluation
// of the filter.
constexpr float pair_weights[3] = {-2.0f / 9, 1.0f / 90, 32.0f / 45};

// The order of the points in arrays: 0, 1, -1, 2, -2, 1/2, -1/2, infinity.

// B^T d, in registers of any width.
template <class Vector>
TRIPTYCH_INLINE void transform_input(const Vector (&d)[points], Vector (&v)[points]) {
  v[0] = (d[0] - d[6]) + 5.25f * (d[4] - d[2]);
  const Vector even1 = (d[2] + d[6]) - 4.25f * d[4], odd1 = (d[1] + d[5]) - 4.25f * d[3];
  v[1] = even1 + odd1;
  v[2] = even1 - odd1;
  const Vector even2 = 0.25f * d[2] - 1.25f * d[4] + d[6], odd2 = 0.5f * d[1] - 2.5f * d[3] + 2.0f * d[5];
  v[3] = even2 + odd2;
  v[4] = even2 - odd2;
  const Vector even3 = 4.0f * d[2] - 5.0f * d[4] + d[6], odd3 = 2.0f * d[1] - 2.5f * d[3] + 0.5f * d[5];
  v[5] = even3 + odd3;
  v[6] = even3 - odd3;
  v[7] = (d[7] - d[1]) + 5.25f * (d[3] - d[5]);
}

// G g: the polynomial with coefficients g at the points.
template <int taps>
TRIPTYCH_INLINE void evaluate(const Floats (&g)[taps], Floats (&u)[points]) {
  u[0] = g[0];
  for (int k = 0; k < 3; ++k) {
    const float p = pair_points[k], square = p * p;
    Floats even = {}, odd = {};
    for (int s = (taps - 1) / 2 * 2; s >= 0; s -= 2) even = square * even + g[s];
    for (int s = (taps - 2) / 2 * 2 + 1; s >= 1; s -= 2) odd = square * odd + g[s];
    u[1 + 2 * k] = pair_weights[k] * (even + p * odd);
    u[2 + 2 * k] = pair_weights[k] * (even - p * odd);
  }
  u[7] = g[taps - 1];
}

// A^T m: interpolates `outputs` sums from the products at the points.
template <int outputs>
TRIPTYCH_INLINE void interpolate(const Floats (&m)[points], Floats (&y)[outputs]) {
  const Floats plus[3] = {m[1] + m[2], m[3] + m[4], m[5] + m[6]};
  const Floats minus[3] = {m[1] - m[2], m[3] - m[4], m[5] - m[6]};
  float two = 1, half = 1;  // powers
#pragma GCC unroll 8
  for (int i = 0; i < outputs; ++i, two *= 2, half *= 0.5f) {
    const Floats* s = i % 2 ? minus : plus;
    y[i] = s[0] + (two * s[1] + half * s[2]);
  }
  y[0] = m[0] + y[0];
  y[outputs - 1] = y[outputs - 1] + m[7];
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
