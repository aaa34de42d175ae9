#pragma once
#include <cmath>
#include <limits>

namespace triptych::ptx {

enum class Rounding { down, up, toward_zero };

// a * b + c rounded once, in a given direction. The product of two floats is exact in double; 2Sum (Knuth)
// gives the sum s and its exact error: s + rest is the exact result, and the sign of its difference to a
// float is known.
inline float fused_multiply_add(float a, float b, float c, Rounding rounding) {
  const double product = static_cast<double>(a) * b;
  const double s = product + c;
  const double c_part = s - product, product_part = s - c_part;
  const double rest = (product - product_part) + (c - c_part);
  const float nearest = std::fma(a, b, c);
  if (!std::isfinite(nearest)) return nearest;
  const double near = nearest;
  const bool above = near > s || (near == s && rest < 0), below = near < s || (near == s && rest > 0);
  const bool wants_down = rounding == Rounding::down || (rounding == Rounding::toward_zero && nearest > 0);
  const bool wants_up = rounding == Rounding::up || (rounding == Rounding::toward_zero && nearest < 0);
  constexpr float infinity = std::numeric_limits<float>::infinity();
  if (above && wants_down) return std::nextafter(nearest, -infinity);
  if (below && wants_up) return std::nextafter(nearest, infinity);
  return nearest;
}

// The .ftz modifier: subnormal floats become zeros.
inline float flush_to_zero(float x) {
  return std::fabs(x) < std::numeric_limits<float>::min() ? std::copysign(0.0f, x) : x;
}

}  // namespace triptych::ptx
