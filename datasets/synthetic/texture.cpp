#include "datasets/synthetic/texture.h"

#include "datasets/synthetic/vector.h"

namespace triptych::synthetic {
namespace {

int wrap(int x, int period) {
  if (period <= 0) return x;
  x %= period;
  return x < 0 ? x + period : x;
}

}  // namespace

// A hash with good low bits for two multiplications (the constants of Wellons' "lowbias32").
float hash01(int x, int y, std::uint32_t key) {
  std::uint32_t h =
      key ^ (static_cast<std::uint32_t>(x) * 0x9E3779B1u) ^ (static_cast<std::uint32_t>(y) * 0x85EBCA77u);
  h = (h ^ (h >> 16)) * 0x7FEB352Du;
  h = (h ^ (h >> 15)) * 0x846CA68Bu;
  return static_cast<float>((h ^ (h >> 16)) >> 8) * 0x1p-24f;
}

float value_noise(float x, float y, std::uint32_t key, int period) {
  const int left = floor_int(x), y0 = floor_int(y);
  const int x0 = wrap(left, period), x1 = wrap(left + 1, period);
  const float tx = x - static_cast<float>(left), ty = y - static_cast<float>(y0);
  const float sx = tx * tx * (3 - 2 * tx), sy = ty * ty * (3 - 2 * ty);
  return mix(mix(hash01(x0, y0, key), hash01(x1, y0, key), sx),
             mix(hash01(x0, y0 + 1, key), hash01(x1, y0 + 1, key), sx), sy);
}

float fractal_noise(float x, float y, std::uint32_t key) {
  return (4 * value_noise(x, y, key) + 2 * value_noise(2 * x, 2 * y, key + 1) +
          value_noise(4 * x, 4 * y, key + 2)) /
         7;
}

float stripe(float x, float period, float share, float edge) {
  const float position = x - period * static_cast<float>(floor_int(x / period));  // 0 .. period
  const float centre = std::abs(position - period / 2);  // distance from the stripe's middle
  const float half = share * period / 2;
  return clamp01((half - centre) / edge + 0.5f);
}

}  // namespace triptych::synthetic
