#include "datasets/synthetic/texture.h"

#include "datasets/synthetic/vector.h"

namespace triptych::synthetic {
namespace {

// A hash with good low bits at the price of two multiplications (the constants of Wellons' "lowbias32").
float lattice(int x, int y, std::uint32_t key) {
  std::uint32_t h =
      key ^ (static_cast<std::uint32_t>(x) * 0x9E3779B1u) ^ (static_cast<std::uint32_t>(y) * 0x85EBCA77u);
  h = (h ^ (h >> 16)) * 0x7FEB352Du;
  h = (h ^ (h >> 15)) * 0x846CA68Bu;
  return static_cast<float>((h ^ (h >> 16)) >> 8) * 0x1p-24f;
}

int wrap(int x, int period) {
  if (period <= 0) return x;
  x %= period;
  return x < 0 ? x + period : x;
}

}  // namespace

float value_noise(float x, float y, std::uint32_t key, int period) {
  const float fx = std::floor(x), fy = std::floor(y);
  const int x0 = wrap(static_cast<int>(fx), period), x1 = wrap(static_cast<int>(fx) + 1, period);
  const int y0 = static_cast<int>(fy);
  const float tx = x - fx, ty = y - fy;
  const float sx = tx * tx * (3 - 2 * tx), sy = ty * ty * (3 - 2 * ty);
  return mix(mix(lattice(x0, y0, key), lattice(x1, y0, key), sx),
             mix(lattice(x0, y0 + 1, key), lattice(x1, y0 + 1, key), sx), sy);
}

float fractal_noise(float x, float y, std::uint32_t key) {
  return (4 * value_noise(x, y, key) + 2 * value_noise(2 * x, 2 * y, key + 1) +
          value_noise(4 * x, 4 * y, key + 2)) /
         7;
}

float stripe(float x, float period, float share, float edge) {
  const float position = x - period * std::floor(x / period);  // 0 .. period
  const float centre = std::abs(position - period / 2),
              half = share * period / 2;  // distance from the stripe's middle
  return clamp01((half - centre) / edge + 0.5f);
}

}  // namespace triptych::synthetic
