#pragma once
#include <array>

#include "reid/features/planes.h"

namespace triptych {

// Gaussian of Gaussians (Matsukawa et al. 2016) of an image of 128 x 48 pixels.
//
//   pixel   f = [ y / H,  m w_0, m w_90, m w_180, m w_270,  colour ]     d = 8, or 7 for two colour channels
//           m is the length of the grey gradient, distributed over the two nearest of four directions
//   patch   around every second pixel of every second row, 5 x 5 pixels (fewer at the border): mean mu and
//           covariance S + 0.001 max(trace S, 0.01) I, embedded by embed_gaussian (gaussian.h): 45 or 36
//   strip   seven of H / 4 = 32 rows, every H / 8: weighted mean and covariance of its patches' embeddings,
//           weights exp(-(x - centre)^2 / (2 (W/4)^2)) over the columns, S + 0.001 trace(S) I, embedded
//           again: 1081 or 703 values
//
// A patch is described by how its pixels' components vary together, a strip by how its patches' descriptions
// vary.
enum class GogColour { rgb, lab, hsv, chromaticity };
inline constexpr std::array gog_colours = {GogColour::rgb, GogColour::lab, GogColour::hsv,
                                           GogColour::chromaticity};
constexpr Index gog_height = 128, gog_width = 48, gog_strips = 7;
constexpr Index gog_size(GogColour colour) {
  return gog_strips * (colour == GogColour::chromaticity ? 703 : 1081);
}

// [d, height, width]: the vectors f.
Planes gog_pixels(const Planes& rgb, GogColour colour);

// rgb: [3, 128, 48], 0..1. out: [gog_size(colour)].
void gog(const Planes& rgb, GogColour colour, float* out);

}  // namespace triptych
