#include "datasets/synthetic/material.h"

#include "datasets/synthetic/texture.h"

namespace triptych::synthetic {
namespace {

constexpr float kEdge = 0.008f;  // metres: about one pixel of an image in which a person is 230 pixels tall

Colour weave(const Material& m, float x, float v) {
  const Cloth& cloth = m.cloth;
  const float wear = 0.88f + 0.24f * value_noise(9 * x, 9 * v, m.key);
  switch (cloth.pattern) {
    case Pattern::stripes:
      return mix(cloth.base, cloth.second, stripe(v, cloth.period, 0.45f, kEdge)) * wear;
    case Pattern::checks: {
      const float lines =
          0.5f * stripe(v, cloth.period, 0.4f, kEdge) + 0.5f * stripe(x, cloth.period, 0.4f, kEdge);
      return mix(cloth.base, cloth.second, 0.7f * lines) * wear;
    }
    case Pattern::denim: {  // lighter where the leg bends and rubs
      const float faded = smoothstep(0.35f, 0.8f, value_noise(7 * x, 3 * v, m.key + 5));
      return mix(cloth.base, cloth.second, 0.45f * faded) * wear;
    }
    default:
      return cloth.base * wear;
  }
}

// A garment of the trunk: the pattern, a print on the chest, a yoke, the gap of an open jacket.
Colour torso(const Material& m, float u, float v) {
  const float x = u * m.around;
  Colour colour = weave(m, x, v);
  const float chest = mix(m.bottom, m.top, 0.72f);
  if (m.cloth.pattern == Pattern::two_tone)
    colour = mix(colour, m.cloth.second, smoothstep(-kEdge, kEdge, v - mix(m.bottom, m.top, 0.62f)));
  if (m.cloth.pattern == Pattern::logo) {
    const float outside = std::max(std::abs(x) - 0.11f, std::abs(v - chest) - m.cloth.period);
    const float print = value_noise(34 * x, 34 * v, m.key + 7) > 0.42f ? 1.f : 0.25f;
    colour = mix(m.cloth.second, colour, 1 - print * smoothstep(kEdge, -kEdge, outside));
  }
  const float front = std::abs(u);
  if (m.opening > 0) {  // widest at the collar, nearly closed at the hem
    const float gap = m.opening * mix(0.75f, 1.15f, clamp01((v - m.bottom) / (m.top - m.bottom)));
    const float open = smoothstep(0.012f, -0.004f, front - gap);
    const float edge = smoothstep(0.02f, 0.f, std::abs(front - gap));
    colour = mix(colour * (1 - 0.35f * edge), m.inner * mix(0.75f, 1.f, open), open);
  } else if (m.cloth.pattern != Pattern::logo) {  // buttons or a zip
    colour = colour * (1 - 0.3f * smoothstep(0.009f, 0.002f, front));
  }
  return colour;
}

// v runs from the chin (-1) to the crown (1). At this size a face consists of shadows: eye sockets, brows,
// mouth, and the area under the chin.
Colour face(const Material& m, float u, float v) {
  const auto spot = [&](float u0, float v0, float du, float dv) {
    const float a = (std::abs(u) - u0) / du, b = (v - v0) / dv;
    return std::exp(-a * a - b * b);
  };
  Colour colour = m.cloth.base;
  const float dark = 0.5f * spot(0.075f, 0.03f, 0.04f, 0.07f) + 0.35f * spot(0.08f, 0.17f, 0.05f, 0.05f) +
                     0.25f * spot(0.f, -0.28f, 0.03f, 0.05f);
  colour = mix(colour, m.inner, std::min(0.85f, dark));
  colour = mix(colour, Colour{0.30f, 0.09f, 0.08f}, 0.5f * spot(0.f, -0.52f, 0.06f, 0.06f));
  return colour * (1 - 0.25f * smoothstep(-0.6f, -0.95f, v));
}

}  // namespace

Colour albedo(const Material& m, float u, float v) {
  switch (m.surface) {
    case Surface::torso:
      return torso(m, u, v);
    case Surface::face:
      return face(m, u, v);
    case Surface::hair:
      return m.cloth.base * (0.7f + 0.6f * value_noise(60 * u, 6 * v, m.key));
    case Surface::leaves:
      return m.cloth.base * (0.35f + 1.3f * fractal_noise(22 * u * m.around, 22 * v, m.key));
    case Surface::brickwork:
      return m.cloth.base * (0.8f + 0.4f * fractal_noise(8 * u * m.around, 8 * v, m.key));
    case Surface::cloth:
      break;
  }
  return weave(m, u * m.around, v);
}

}  // namespace triptych::synthetic
