#include "reid/features/colour.h"

#include <algorithm>
#include <cmath>

namespace triptych {
namespace {

// Linear light from a gamma-encoded sRGB value, as Lab requires.
float linear(float v) {
  return v <= 0.04045f ? v / 12.92f : std::pow((v + 0.055f) / 1.055f, 2.4f);
}

// The lightness function of CIE 1976: a cube root, linear near black.
float answer(float t) {
  constexpr float edge = 6.0f / 29;
  return t > edge * edge * edge ? std::cbrt(t) : t / (3 * edge * edge) + 4.0f / 29;
}

}  // namespace

ColourTriple hsv(float red, float green, float blue) {
  const float value = std::max({red, green, blue}), range = value - std::min({red, green, blue});
  if (!(range > 0)) return {0, 0, value};
  float sextant;  // of the colour circle, 0..6
  if (value == red)
    sextant = (green - blue) / range + (green < blue ? 6 : 0);
  else if (value == green)
    sextant = (blue - red) / range + 2;
  else
    sextant = (red - green) / range + 4;
  return {sextant / 6, range / value, value};
}

ColourTriple lab(float red, float green, float blue) {
  const float r = linear(red), g = linear(green), b = linear(blue);
  const float x = answer((0.412453f * r + 0.357580f * g + 0.180423f * b) / 0.950456f);
  const float y = answer(0.212671f * r + 0.715160f * g + 0.072169f * b);
  const float z = answer((0.019334f * r + 0.119193f * g + 0.950227f * b) / 1.088754f);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

ColourTriple ycbcr(float red, float green, float blue) {
  return {(16 + 65.481f * red + 128.553f * green + 24.966f * blue) / 255,
          (128 - 37.797f * red - 74.203f * green + 112 * blue) / 255,
          (128 + 112 * red - 93.786f * green - 18.214f * blue) / 255};
}

ColourTriple chromaticity(float red, float green, float blue) {
  const float sum = std::max(red + green + blue, 1.0f / 255);
  return {red / sum, green / sum, blue / sum};
}

ColourTriple l1l2l3(float red, float green, float blue) {
  const float l1 = (red - green) * (red - green), l2 = (red - blue) * (red - blue),
              l3 = (green - blue) * (green - blue), sum = l1 + l2 + l3;
  if (!(sum > 0)) return {1.0f / 3, 1.0f / 3, 1.0f / 3};
  return {l1 / sum, l2 / sum, l3 / sum};
}

Planes convert(const Planes& rgb, ColourTriple (*conversion)(float, float, float)) {
  Planes out(3, rgb.height, rgb.width);
  const float *red = rgb.plane(0), *green = rgb.plane(1), *blue = rgb.plane(2);
  for (Index i = 0; i < rgb.pixels(); ++i) {
    const ColourTriple colour = conversion(red[i], green[i], blue[i]);
    out.plane(0)[i] = colour.a;
    out.plane(1)[i] = colour.b;
    out.plane(2)[i] = colour.c;
  }
  return out;
}

}  // namespace triptych
