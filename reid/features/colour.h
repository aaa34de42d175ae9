#pragma once
#include "reid/features/planes.h"

namespace triptych {

// Three components computed from red, green, blue (each 0..1). All are continuous functions except hue at
// grey.

struct ColourTriple {
  float a, b, c;
};

// Hue 0..1 (red 0, green 1/3, blue 2/3; 0 for a grey), saturation (max - min) / max, value max.
ColourTriple hsv(float red, float green, float blue);

// CIE L*a*b* of sRGB under D65: L 0..100, a and b about -100..100.
ColourTriple lab(float red, float green, float blue);

// Luminance and chrominance of ITU-R BT.601 in the range of video: Y 16..235, Cb and Cr 16..240, all / 255.
ColourTriple ycbcr(float red, float green, float blue);

// red / s, green / s, blue / s with s = red + green + blue, at least one grey level: invariant to the
// strength of the light.
ColourTriple chromaticity(float red, float green, float blue);

// l1 = (R - G)^2 / D, l2 = (R - B)^2 / D, l3 = (G - B)^2 / D with D their sum (Gevers and Smeulders 1999):
// invariant to shading and highlights. A grey has no such colour: all 1/3.
ColourTriple l1l2l3(float red, float green, float blue);

// conversion(red, green, blue) for every pixel.
Planes convert(const Planes& rgb, ColourTriple (*conversion)(float, float, float));

}  // namespace triptych
